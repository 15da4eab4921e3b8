"""Intents: what a mail asks for, from plain cues; a light hint for ranking, never an answer."""

from __future__ import annotations

import re
from enum import StrEnum


class Intent(StrEnum):
    """A request shops get every day; the value is the tag that marks a passage for it."""

    WHERE = "where-is-my-order"
    NOT_RECEIVED = "not-received"
    CANCEL = "cancel"
    RETURN = "return"
    REFUND = "refund"
    REFUND_PENDING = "where-is-my-refund"
    CHANGE_ADDRESS = "change-address"
    DAMAGED = "damaged"
    WRONG_ITEM = "wrong-item"
    SENSITIVE = "sensitive"


GUARDED = frozenset({Intent.SENSITIVE, Intent.REFUND_PENDING})
"""Where a general answer does harm: only a passage made for the intent may answer."""

_THING = r"(?:order|package|pakage|parcel|delivery|shipment|coffee|beans?|item|stuff)"
_CUES = {
    Intent.WHERE: (
        rf"where(?:'?s| is| are)? (?:my|our|the) (?:\w+ )?{_THING}|wo (?:ist|bleibt) mein"
        r"|où (?:est|en est) ma commande|dónde está mi pedido|its not here|has it been sent"
        rf"|(?:status|whereabouts) of (?:my|our|the) {_THING}"
        r"|tracking (?:has|is|hasn'?t|shows|says)"
        rf"|(?:update|news) (?:on|about) (?:my|our|the) {_THING}"
        r"|have(?: not|n'?t) received (?:it|my)"
        r"|when (?:will|does|do|can|is) (?:\w+ ){0,5}(?:ship|arrive|come"
        r"|be (?:shipped|delivered|sent))|(?:not|n'?t) (?:yet )?(?:arrived|shipped|moved)"
        r"|still (?:waiting|nothing|says unfulfilled)"
        rf"|{_THING} (?:\w+ ){{0,3}}(?:late|delayed|stuck)"
    ),
    Intent.NOT_RECEIVED: (
        r"(?:says?|shows?|marked|claims?)\b.{0,40}\bdelivered\b"
        r"|delivered\b.{0,60}\b(?:not|n'?t|never|nothing)\b.{0,20}\b(?:received|here|got|arrived)"
    ),
    Intent.CANCEL: (
        r"\bcancel(?:led|ing|lation)?\b|stornier|annuler"
        rf"|don'?t want (?:it|my {_THING}) any ?more"
    ),
    Intent.RETURN: (
        r"\breturn(?:ing|s)? (?:it|this|the|my|an?|them)\b|send (?:it|this|them) back"
        r"|zurücks[ce]|retourner"
    ),
    Intent.REFUND: r"\brefund|money back|geld zurück|rembours|reembolso",
    Intent.REFUND_PENDING: (
        r"\b(?:refund|money|returned)\b[^.?!]{0,60}\b(?:nothing|missing|still|not|ago|pending)\b"
        r"|\b(?:nothing|missing|still|not|waiting|where|when)\b[^.?!]{0,40}\b(?:my|the) refund"
    ),
    Intent.CHANGE_ADDRESS: (
        r"(?:change|wrong|new|old|update|correct|different)\b.{0,30}\baddress"
        r"|address\b.{0,30}\b(?:change|wrong)|adresse? (?:ändern|changer)"
    ),
    Intent.DAMAGED: (
        r"\b(?:damaged|broken|shattered|crushed|cracked|torn|dented|leak(?:ed|ing|s)|in pieces"
        r"|kaputt|cassé)\b"
    ),
    Intent.WRONG_ITEM: (
        r"(?:received|got|sent|packed)\b.{0,25}\bwrong\b|not what i ordered"
        r"|(?:received|got|sent)\b.{0,40}\binstead of"
    ),
    Intent.SENSITIVE: (
        r"\b(?:lawyer|attorney|legal action|lawsuit|suing|sue you|police|fraud\w*|unauthori[sz]ed"
        r"|charge ?back|dispute (?:the|this|my)|gdpr|delete my (?:account|data)|personal data"
        r"|allerg\w*|hospital|injur\w*|burn(?:ed|t) (?:my|his|her)|sick|ill after|journalist|anwalt"
        r"|avocat|abogado|better business bureau|trading standards)\b"
    ),
}
_PATTERNS = {intent: re.compile(cues, re.IGNORECASE) for intent, cues in _CUES.items()}


def intents(text: str) -> frozenset[Intent]:
    """Every intent with a cue in `text`, mostly English, some German, French and Spanish."""
    plain = text.replace("’", "'")
    return frozenset(intent for intent, pattern in _PATTERNS.items() if pattern.search(plain))


def intents_of_tags(tags: tuple[str, ...]) -> frozenset[Intent]:
    """The intents that a passage is tagged with."""
    return frozenset(intent for intent in Intent if intent in tags)
