"""Adapting: a macro, article or old reply becomes a letter to this customer, or is refused."""

from __future__ import annotations

import re

from shopapp.drafts.grounding import Packet, Passage, PassageKind
from shopapp.drafts.locking.lock import evidence_of, rests_on
from shopapp.drafts.locking.stated import stated
from shopapp.drafts.reading.facts import Fact, FactKind
from shopapp.drafts.reading.letters import split_letter
from shopapp.drafts.reading.words import language, terms
from shopapp.drafts.retrieving.sections import ARTICLES
from shopapp.drafts.variables import locale_of, render

EXCERPT = 900
"""The most characters of an article that a draft quotes."""
_GREETINGS = {
    "en": ("Hi {},", "Hello,"),
    "de": ("Hallo {},", "Guten Tag,"),
    "fr": ("Bonjour {},", "Bonjour,"),
    "es": ("Hola {}:", "Hola:"),
    "it": ("Ciao {},", "Buongiorno,"),
    "nl": ("Hallo {},", "Goedendag,"),
    "pt": ("Olá {},", "Olá,"),
}
_CLOSINGS = {
    "en": "Kind regards,",
    "de": "Viele Grüße",
    "fr": "Cordialement,",
    "es": "Un saludo,",
    "it": "Cordiali saluti,",
    "nl": "Vriendelijke groet,",
    "pt": "Cumprimentos,",
}
_HEADING = re.compile(r"^#{1,6}\s.*$", re.MULTILINE)
_REPLACED_BY = {
    FactKind.ORDER: "order.name",
    FactKind.TRACKING: "order.tracking_number",
    FactKind.CARRIER: "order.carrier",
}


class Rejected(Exception):
    """The passage cannot become a draft for this mail; the message says why, after "it"."""


def letter(passage: Passage, question: str, packet: Packet) -> tuple[str, str]:
    """A whole letter made of `passage`, and the part of the passage that was used.

    Raises `Rejected` when a variable has no value or a fact of another customer would remain.
    """
    excerpt = _excerpt(passage, question, packet)
    spoken = language(passage.body) or packet.brand.locale[:2]
    rendered = render(excerpt, packet, locale_of(packet.brand.locale, spoken))
    if rendered.missing:
        raise Rejected("needs " + ", ".join(rendered.missing))
    if not rendered.text.strip():
        raise Rejected("is empty")
    return _framed(rendered.text.strip(), spoken, packet), excerpt


def _excerpt(passage: Passage, question: str, packet: Packet) -> str:
    if passage.kind in ARTICLES:
        return _relevant(passage.body, question)
    if passage.kind is PassageKind.APPROVED_REPLY:
        return _made_over(passage, packet)
    return passage.body


def _relevant(body: str, question: str) -> str:
    """The article's paragraphs that share most with the question, in their own order."""
    paragraphs = [p.strip() for p in re.split(r"\n\s*\n", _HEADING.sub("", body)) if p.strip()]
    asked = set(terms(question))
    shared = [len(asked & set(terms(paragraph))) for paragraph in paragraphs]
    best = sorted(range(len(paragraphs)), key=lambda i: (-shared[i], i))
    chosen: list[int] = []
    room = EXCERPT
    for i in best:
        if not chosen or (shared[i] and len(paragraphs[i]) <= room):
            chosen.append(i)
            room -= len(paragraphs[i])
    return "\n\n".join(paragraphs[i] for i in sorted(chosen))


def _made_over(passage: Passage, packet: Packet) -> str:
    """An old reply's body with the old order's facts turned into variables."""
    body = split_letter(passage.body).body.replace("{{", "{ {")
    left = [word for word in passage.private if _mentions(body, word) and not _is_own(word, packet)]
    if left:
        raise Rejected("speaks of another customer or order")
    evidence = evidence_of(packet)
    # bare numbers stay: the lock judges them once the letter stands
    foreign = [
        f for f in stated(body) if f.kind is not FactKind.NUMBER and not rests_on(f, evidence)
    ]
    for fact in reversed(foreign):
        body = body[: fact.start] + _variable_for(fact, foreign) + body[fact.end :]
    return body


def _variable_for(fact: Fact, foreign: list[Fact]) -> str:
    same = {other.value for other in foreign if other.kind is fact.kind}
    numbers = [other.value for other in foreign if other.kind is FactKind.TRACKING]
    tracks = fact.kind is FactKind.LINK and any(n.lower() in fact.value.lower() for n in numbers)
    name = "order.tracking_url" if tracks else _REPLACED_BY.get(fact.kind)
    if name is None or len(same) > 1:
        raise Rejected(f"states {fact.text} of another order")
    return f"{{{{{name}}}}}"


def _mentions(text: str, word: str) -> bool:
    pattern = rf"(?<!\w){re.escape(word.strip())}(?!\w)"
    return bool(word.strip() and re.search(pattern, text, re.IGNORECASE))


def _is_own(word: str, packet: Packet) -> bool:
    titles = [line.title for line in packet.order.lines] if packet.order else []
    return any(_mentions(text, word) for text in titles)


def _framed(text: str, spoken: str, packet: Packet) -> str:
    """`text` with a greeting and a signature where it has none."""
    parts = split_letter(text)
    name = " ".join(packet.customer.first_name.split())
    named, unnamed = _GREETINGS.get(spoken, _GREETINGS["en"])
    greeting = "" if parts.greeting else (named.format(name) if name else unnamed)
    closing = "" if parts.signature else packet.brand.signature.strip() or _closing(spoken, packet)
    return "\n\n".join(part for part in (greeting, text, closing) if part)


def _closing(spoken: str, packet: Packet) -> str:
    names = [
        _CLOSINGS.get(spoken, _CLOSINGS["en"]),
        packet.brand.agent_name,
        packet.brand.store_name,
    ]
    return "\n".join(name for name in names if name)
