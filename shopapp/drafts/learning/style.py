"""Style: what people's edits do again and again, as rules a person can read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from shopapp.drafts.learning.diff import Kind, Span, changes
from shopapp.drafts.learning.spoken import NAME, Rule, Verb
from shopapp.drafts.reading.facts import facts
from shopapp.drafts.reading.letters import split_letter
from shopapp.drafts.reading.tokens import tokens

REPEATED = 3
"""A rule is proposed from so many drafts on; one edit is a mood, three are a habit."""
SHARE = 0.5
"""Of the drafts in which the rule could have acted, so many must have been edited that way."""
SHORTER = 0.7
SHORTENED = 5
_LONGEST = 12  # tokens of a phrase that may become a rule
_SHORT = Rule(Verb.SHORTEN)


@dataclass(frozen=True, slots=True)
class Case:
    """A draft (`y`), what was sent (`y'`), and the words that name its customer."""

    id: str
    subject_id: str
    draft: str
    final: str
    names: tuple[str, ...] = ()
    intent: str = ""
    mailbox_id: str = ""


@dataclass(frozen=True, slots=True)
class Example:
    """Where an edit was seen: the draft's words and what they became, with what stood around."""

    case: Case
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """A rule with its examples, of `chances` drafts in which it could have acted.

    `intent` is set when all examples ask for the same and no other mail does.
    """

    rule: Rule
    examples: tuple[Example, ...]
    chances: int
    intent: str = ""


@dataclass(slots=True)
class _Habit:
    examples: dict[str, Example] = field(default_factory=dict)  # by subject: a ticket counts once


def proposals(cases: Sequence[Case]) -> list[Proposed]:
    """The rules that `cases`, as-is sends included, suggest; the most frequent first.

    After CIPHER (arXiv 2404.15269), which infers a preference from edits; here each rule is read
    off the word-level difference, so that the same edits always give the same rules.
    """
    habits: dict[Rule, _Habit] = {}
    for case in cases:
        for rule, example in edits(case):
            habits.setdefault(rule, _Habit()).examples.setdefault(case.subject_id, example)
    found = [_weighed(rule, habit, cases) for rule, habit in habits.items() if _often(rule, habit)]
    kept = [each for each in found if len(each.examples) >= SHARE * each.chances]
    return sorted(kept, key=lambda each: (-len(each.examples), str(each.rule)))


def edits(case: Case) -> Iterator[tuple[Rule, Example]]:
    """What one edit did, in general terms: phrases, greeting, closing, length."""
    drafted, sent = split_letter(case.draft), split_letter(case.final)
    greetings = general(drafted.greeting, case.names), general(sent.greeting, case.names)
    yield from _frame(case, Verb.GREET, *greetings)
    yield from _frame(case, Verb.CLOSE, _first(drafted.signature), _first(sent.signature))
    if not drafted.body or not sent.body:
        return
    yield from _phrases(case, drafted.body, sent.body)
    before, after = tokens(drafted.body), tokens(sent.body)
    if len(after) <= SHORTER * len(before):
        yield _SHORT, Example(case, drafted.body, sent.body)


def general(line: str, names: Sequence[str]) -> str:
    """`line` with the customer's name as `{name}`: what greets one person greets all."""
    said = [name for name in names if name.strip()]
    if not said:
        return line
    longest = sorted(said, key=len, reverse=True)
    pattern = "|".join(re.escape(name) for name in longest)
    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", NAME, line, flags=re.IGNORECASE)


def _often(rule: Rule, habit: _Habit) -> bool:
    return len(habit.examples) >= (SHORTENED if rule == _SHORT else REPEATED)


def _weighed(rule: Rule, habit: _Habit, cases: Sequence[Case]) -> Proposed:
    chances = {case.subject_id: case for case in cases if _could_act(rule, case)}
    intents = {example.case.intent for example in habit.examples.values()}
    only = next(iter(intents)) if len(intents) == 1 else ""
    others = [c for c in chances.values() if c.intent != only]
    if only and others and len(habit.examples) < SHARE * len(chances):
        return Proposed(rule, tuple(habit.examples.values()), len(chances) - len(others), only)
    return Proposed(rule, tuple(habit.examples.values()), len(chances))


def _could_act(rule: Rule, case: Case) -> bool:
    drafted = split_letter(case.draft)
    if rule.verb is Verb.GREET:
        return general(drafted.greeting, case.names) == rule.before
    if rule.verb is Verb.CLOSE:
        return _first(drafted.signature) == rule.before
    return not rule.before or rule.found_in(drafted.body)


def _frame(case: Case, verb: Verb, before: str, after: str) -> Iterator[tuple[Rule, Example]]:
    if before and after and before != after and not facts(before + after):
        yield Rule(verb, before, after), Example(case, before, after)


def _phrases(case: Case, drafted: str, sent: str) -> Iterator[tuple[Rule, Example]]:
    spans = changes(drafted, sent)
    for at, span in enumerate(spans):
        if span.kind is Kind.EQUAL or (
            span.kind is Kind.ADDED and _kind(spans, at - 1) == "removed"
        ):
            continue
        follows = spans[at + 1].text if _kind(spans, at + 1) == "added" else ""
        removed, added = (span.text, follows) if span.kind is Kind.REMOVED else ("", span.text)
        rule = _rule(removed.strip(), added.strip(), case.names)
        if rule is not None:
            yield rule, Example(case, _around(spans, at, removed), _around(spans, at, added))


def _rule(removed: str, added: str, names: Sequence[str]) -> Rule | None:
    """The general rule of a change, or None for one that is about this customer or a fact."""
    both = f"{removed} {added}"
    too_long = max(len(tokens(removed)), len(tokens(added))) > _LONGEST
    named = any(
        name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", both, re.I) for name in names
    )
    if too_long or named or "\n" in removed or "\n" in added or _states(both):
        return None
    if removed == "!" and added in (".", ""):
        return Rule(Verb.CALM)
    if not any(map(str.isalpha, both)):
        return None
    if not added:
        return Rule(Verb.OMIT, removed)
    if not removed:
        return Rule(Verb.ADD, "", added) if added[-1] in ".?!" else None
    return Rule(Verb.WRITE, removed, added)


def _states(text: str) -> bool:
    return bool(facts(text)) or any(map(str.isdigit, text))


def _kind(spans: Sequence[Span], at: int) -> str:
    return spans[at].kind.value if 0 <= at < len(spans) else ""


def _around(spans: Sequence[Span], at: int, said: str) -> str:
    """`said` with the few words before and after it."""
    before = spans[at - 1].text[-40:] if _kind(spans, at - 1) == "equal" else ""
    later = at + 1 if _kind(spans, at + 1) == "equal" else at + 2
    after = spans[later].text[:40] if _kind(spans, later) == "equal" else ""
    return " ".join(f"{before}{said}{after}".split())


def _first(signature: str) -> str:
    return signature.split("\n", maxsplit=1)[0].strip()
