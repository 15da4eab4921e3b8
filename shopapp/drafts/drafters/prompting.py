"""Prompting: a brief becomes the messages for a language model, and nothing in it a command."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from shopapp.connectors.llm.shapes import Message
from shopapp.drafts.drafters.masking import without
from shopapp.drafts.drafters.prompts import Prompt
from shopapp.drafts.grounding import (
    CustomerFacts,
    FulfilmentFacts,
    OrderFacts,
    Packet,
    Passage,
    PassageKind,
    packet_json,
)
from shopapp.drafts.matters import Matter
from shopapp.drafts.proposals import Brief, Rework, Wish
from shopapp.drafts.reading.letters import body_of
from shopapp.drafts.variables import render

LONGEST_MAIL = 12_000
LONGEST_TURN = 2_000
LONGEST_PASSAGE = 3_000
"""Characters of each that leave; what is asked and answered stands at the beginning."""
SCHEMA: Mapping[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["language", "sentences", "missing"],
    "properties": {
        "language": {"type": "string", "description": "two letters, as in ISO 639-1"},
        "sentences": {
            "type": "array",
            "items": {
                "type": "object",
                "additionalProperties": False,
                "required": ["opens", "text", "sources"],
                "properties": {
                    "opens": {"type": "string", "enum": ["none", "line", "paragraph"]},
                    "text": {"type": "string"},
                    "sources": {"type": "array", "items": {"type": "string"}},
                },
            },
        },
        "missing": {"type": "array", "items": {"type": "string"}},
    },
}
LANGUAGES = {
    "en": "English",
    "bg": "Bulgarian",
    "zh": "Chinese",
    "hr": "Croatian",
    "cs": "Czech",
    "da": "Danish",
    "nl": "Dutch",
    "et": "Estonian",
    "fi": "Finnish",
    "fr": "French",
    "de": "German",
    "el": "Greek",
    "hu": "Hungarian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "lv": "Latvian",
    "lt": "Lithuanian",
    "nb": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "es": "Spanish",
    "sv": "Swedish",
    "tr": "Turkish",
    "uk": "Ukrainian",
}
"""The languages a person can choose, by their two letters, English first."""
_REWORKS = {
    Rework.AGAIN: "Write the reply anew, in other words than the draft below.",
    Rework.SHORTER: "Make the draft below shorter: keep every fact the customer asked for.",
    Rework.LONGER: "Make the draft below more thorough, from the same facts and sources.",
    Rework.WARMER: "Make the draft below warmer and more personal; its facts stay as they are.",
    Rework.FORMAL: "Make the draft below more formal; its facts stay as they are.",
    Rework.TRANSLATE: "Translate the draft below; its facts, names and numbers stay as they are.",
}
_REWORKS_ELSEWHERE = _REWORKS | {
    Rework.AGAIN: "Write the text anew, in other words than the draft below.",
    Rework.SHORTER: "Make the draft below shorter: keep what its reader needs.",
}
_THEIRS = "that of the mail to answer"


@dataclass(frozen=True, slots=True)
class Prompted:
    """The messages of a brief, and which passage each source's id ("s1") names."""

    messages: tuple[Message, Message]
    sources: Mapping[str, Passage]


def prompted(brief: Brief, prompt: Prompt, language: str = "") -> Prompted:
    """What a model is told: the rules with the store's voice, then facts, sources, mails, task.

    `language` is the store's choice, two letters, empty for the customer's own; the wish goes
    before it. The fence around data is derived from all of it, so no mail can contain its own.
    """
    fence = _fence(brief)
    sources = _sources(brief.packet)
    rules = "\n".join((prompt.text.strip().replace("{fence}", fence), *_manner(brief.packet)))
    read = _matter(brief.packet.matter, fence) if brief.packet.matter else _letters(brief, fence)
    asked = "\n".join((*read, *_task(brief, fence, language)))
    return Prompted((Message("system", rules), Message("user", asked)), sources)


def _fence(brief: Brief) -> str:
    """Sixteen letters that occur nowhere in the brief."""
    whole = "\n".join((packet_json(brief.packet), brief.question, brief.subject, brief.wish.text))
    salt = 0
    while True:
        digest = hashlib.sha256(f"{salt}\n{whole}".encode("utf-8", "surrogatepass")).digest()
        fence = "".join(chr(ord("A") + byte % 26) for byte in digest[:16])
        if fence not in whole:
            return fence
        salt += 1


def _manner(packet: Packet) -> Iterator[str]:
    brand = packet.brand
    yield f"\n# The store\nName: {brand.store_name}"
    for label, value in (
        ("Address", brand.url),
        ("E-mail", brand.email),
        ("You", brand.agent_name),
    ):
        if value:
            yield f"{label}: {value}"
    if brand.voice.strip():
        yield f"\n# The store's voice\n{brand.voice.strip()}"
    if packet.style_rules:
        yield "\n# The store's rules of style"
        yield from (f"- {_line(rule)}" for rule in packet.style_rules)
    if brand.signature.strip():
        yield f"\n# The store's signature\n{brand.signature.strip()}"


def _matter(matter: Matter, fence: str) -> Iterator[str]:
    yield f"# Facts\n\n## {matter.name}"
    yield _fenced("\n".join(matter.told()), fence)


def _letters(brief: Brief, fence: str) -> Iterator[str]:
    sources = _sources(brief.packet)
    yield from (*_facts(brief.packet, fence), *_texts(sources, brief.packet, fence))
    yield from _conversation(brief, fence)


def _sources(packet: Packet) -> dict[str, Passage]:
    return {f"s{number}": each for number, each in enumerate(packet.passages, 1)}


def _facts(packet: Packet, fence: str) -> Iterator[str]:
    yield "# Facts\n\n## customer"
    yield _fenced("\n".join(_customer(packet.customer)), fence)
    if packet.order is None:
        yield "\nNo order is certain: state nothing about one."
    else:
        yield "\n## order"
        yield _fenced("\n".join(_order(packet.order)), fence)


def _customer(customer: CustomerFacts) -> Iterator[str]:
    told = (
        ("First name", _line(customer.first_name)),
        ("Name", _line(customer.name)),
        ("Orders so far", customer.orders_count),
        ("Earlier conversations", customer.tickets_count),
    )
    return (f"{label}: {value}" for label, value in told if value)


def _order(order: OrderFacts) -> Iterator[str]:
    yield f"Name: {order.name}"
    yield f"Where it stands: {order.status.value}"
    yield f"Placed: {order.placed_at.date().isoformat()}"
    yield f"Total: {_number(order.total)} {order.currency}"
    for label, value in (
        ("Refunded so far", order.refunded),
        ("Postage, within the total", order.shipping),
        ("Discount, taken off already", order.discount),
    ):
        if value:
            yield f"{label}: {_number(value)} {order.currency}"
    yield f"Payment: {order.financial_status}"
    if order.cancelled_at:
        yield f"Cancelled: {order.cancelled_at.date().isoformat()}"
    for line in order.lines:
        yield f"Item: {line.quantity} × {_line(line.title)}" + (
            f" ({line.sku})" if line.sku else ""
        )
    for number, parcel in enumerate(order.fulfilments, 1):
        yield f"Parcel {number}: " + "; ".join(_parcel(parcel))
    yield f"As known on: {order.as_of.date().isoformat()}"


def _parcel(parcel: FulfilmentFacts) -> Iterator[str]:
    told = (
        ("carrier", parcel.carrier),
        ("tracking number", parcel.tracking_number),
        ("tracking link", parcel.tracking_url),
        ("shipped", parcel.shipped_at and parcel.shipped_at.date().isoformat()),
        ("expected", parcel.estimated_delivery and parcel.estimated_delivery.isoformat()),
        ("delivered", parcel.delivered_at and parcel.delivered_at.date().isoformat()),
    )
    return (f"{label} {value}" for label, value in told if value)


def _texts(sources: Mapping[str, Passage], packet: Packet, fence: str) -> Iterator[str]:
    yield "\n# Sources"
    if not sources:
        yield "None."
    for key, passage in sources.items():
        yield f"\n## {key} ({passage.kind.value.replace('_', ' ')})"
        yield _fenced(_told(passage, packet), fence)


def _told(passage: Passage, packet: Packet) -> str:
    """A passage as it may leave: of a reply to somebody else, not what is that customer's alone."""
    if passage.kind is PassageKind.MACRO:
        return f"{_line(passage.title)}\n\n{render(passage.body[:LONGEST_PASSAGE], packet).text}"
    if passage.kind is not PassageKind.APPROVED_REPLY:
        return f"{_line(passage.title)}\n\n{passage.body[:LONGEST_PASSAGE]}"
    return without(body_of(passage.body)[:LONGEST_PASSAGE], passage.private)


def _conversation(brief: Brief, fence: str) -> Iterator[str]:
    yield "\n# The conversation so far, oldest first"
    if not brief.packet.history:
        yield "Nothing."
    for turn in brief.packet.history:
        who = "We wrote" if turn.is_ours else "The customer wrote"
        yield f"\n{who} on {turn.at.date().isoformat()}:"
        yield _fenced(turn.text[:LONGEST_TURN], fence)
    yield "\n# The mail to answer"
    subject = f"Subject: {_line(brief.subject)}\n\n" if brief.subject else ""
    yield _fenced(subject + brief.question[:LONGEST_MAIL], fence)


def _task(brief: Brief, fence: str, language: str) -> Iterator[str]:
    wish, matter = brief.wish, brief.packet.matter
    yield "\n# Task"
    anew = matter.task if matter else "Write the reply to the mail above."
    yield _wished(wish, _REWORKS_ELSEWHERE if matter else _REWORKS) if wish.text else anew
    code, tongue = wish.language or language, matter.tongue if matter else _THEIRS
    yield f"Language: {LANGUAGES.get(code, code) if code else tongue}."
    if wish.instruction:
        yield f"The person who answers asks: {_line(wish.instruction)}"
    if wish.text:
        yield "\n# The draft as it stands"
        yield _fenced(wish.text[:LONGEST_MAIL], fence)


def _wished(wish: Wish, reworks: Mapping[Rework, str]) -> str:
    if wish.rework is Rework.AGAIN and wish.instruction:
        return "Change the draft below as the person asks; its facts stay as they are."
    return reworks[wish.rework]


def _fenced(text: str, fence: str) -> str:
    return f"BEGIN {fence}\n{text.strip()}\nEND {fence}"


def _line(text: str) -> str:
    return " ".join(text.split())


def _number(amount: Decimal) -> str:
    return format(amount, ".2f")
