"""Spoken rules: a style rule as the sentence people read and edit, and what it does to a text.

The sentence is the rule: what a person writes in the same form is followed in the same way, and
any other sentence is left to a model that can read it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from shopapp.drafts.reading.facts import FactKind, facts
from shopapp.drafts.reading.letters import split_letter

NAME = "{name}"
_SAID = '[“"](?P<{0}>[^“”"]{{1,200}})[”"]'
_BEFORE, _AFTER = _SAID.format("before"), _SAID.format("after")


class Verb(StrEnum):
    """What a rule does."""

    WRITE = "write"
    OMIT = "omit"
    ADD = "add"
    GREET = "greet"
    CLOSE = "close"
    CALM = "calm"
    SHORTEN = "shorten"


_FORMS = {
    Verb.WRITE: "Write “{after}” instead of “{before}”.",
    Verb.OMIT: "Leave out “{before}”.",
    Verb.ADD: "Say “{after}”.",
    Verb.GREET: "Greet with “{after}” instead of “{before}”.",
    Verb.CLOSE: "Close with “{after}” instead of “{before}”.",
    Verb.CALM: "Use no exclamation marks.",
    Verb.SHORTEN: "Keep replies shorter.",
}
_READ = {
    Verb.WRITE: rf"write {_AFTER} instead of {_BEFORE}",
    Verb.OMIT: rf"leave out {_BEFORE}",
    Verb.ADD: rf"say {_AFTER}",
    Verb.GREET: rf"greet with {_AFTER}(?: instead of {_BEFORE})?",
    Verb.CLOSE: rf"close with {_AFTER}(?: instead of {_BEFORE})?",
    Verb.CALM: r"use no exclamation marks",
    Verb.SHORTEN: r"keep replies shorter",
}
_READING = {verb: re.compile(rf"\s*{form}\s*\.?\s*", re.IGNORECASE) for verb, form in _READ.items()}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule in its parts; what a verb does not need is empty."""

    verb: Verb
    before: str = ""
    after: str = ""

    def __str__(self) -> str:
        plain = {"before": _unquoted(self.before), "after": _unquoted(self.after)}
        return _FORMS[self.verb].format(**plain)

    def found_in(self, text: str) -> bool:
        """Whether the words that the rule changes stand in `text`."""
        return bool(self.before) and bool(re.search(_words(self.before), text))


def understood(sentence: str) -> Rule | None:
    """The rule a sentence says, or None when only a reader of language can follow it."""
    for verb, form in _READING.items():
        if match := form.fullmatch(sentence):
            said = match.groupdict()
            return Rule(verb, said.get("before") or "", said.get("after") or "")
    return None


def followed(text: str, sentences: Sequence[str], first_name: str = "") -> str:
    """`text` as the rules that can be followed word by word make it; facts are never touched.

    What is left out takes its white space along. SHORTEN and ADD need somebody who understands the
    letter, so they change nothing here.
    """
    for rule in filter(None, map(understood, sentences)):
        text = _acted(text, rule, first_name)
    return text


def _acted(text: str, rule: Rule, first_name: str) -> str:
    if rule.verb is Verb.WRITE:
        return _replaced(text, _words(rule.before), rule.after)
    if rule.verb is Verb.OMIT:
        return _replaced(text, rf"[ \t]*{_words(rule.before)}", "")
    if rule.verb is Verb.CALM:
        greeting = split_letter(text).greeting
        at = text.find(greeting) + len(greeting)
        return text[:at] + _replaced(text[at:], r"!+", ".")
    if rule.verb in (Verb.GREET, Verb.CLOSE):
        return _framed(text, rule, first_name)
    return text


def _framed(text: str, rule: Rule, first_name: str) -> str:
    """The greeting or the first line of the signature as the rule wants it."""
    parts = split_letter(text)
    is_greeting = rule.verb is Verb.GREET
    line = parts.greeting if is_greeting else parts.signature.split("\n", maxsplit=1)[0]
    wanted = _named(rule.after, first_name)
    if not line or not wanted or (rule.before and line != _named(rule.before, first_name)):
        return text
    at = text.find(line) if is_greeting else text.rfind(line)
    return text[:at] + wanted + text[at + len(line) :]


def _named(line: str, first_name: str) -> str:
    """`line` for this person; nothing when it needs a name and there is none."""
    return line.replace(NAME, first_name) if first_name or NAME not in line else ""


def _replaced(text: str, pattern: str, by: str) -> str:
    held = [fact for fact in facts(text) if fact.kind is not FactKind.NEGATION]

    def put(match: re.Match[str]) -> str:
        is_fact = any(f.start < match.end() and match.start() < f.end for f in held)
        return match[0] if is_fact else by

    return re.sub(pattern, put, text)


def _words(phrase: str) -> str:
    """A pattern for `phrase` as whole words, however its white space is set."""
    inner = r"\s+".join(map(re.escape, phrase.split()))
    left = r"(?<!\w)" if phrase[:1].isalnum() else ""
    right = r"(?!\w)" if phrase[-1:].isalnum() else ""
    return f"{left}{inner}{right}"


def _unquoted(phrase: str) -> str:
    return re.sub('[“”"]', "'", phrase)
