"""Shortening: the paragraphs of a letter that answer the mail most, in their own order."""

from __future__ import annotations

import re

from shopapp.drafts.reading.facts import FactKind, facts
from shopapp.drafts.reading.letters import split_letter
from shopapp.drafts.reading.words import terms


def shorter(text: str, question: str, signature: str = "") -> str:
    """`text` with half of its paragraphs, greeting and signature kept; as it is when it has one.

    A paragraph counts by the facts it states and the words it shares with `question`. `signature`
    is the store's own, which may look like no other.
    """
    own = signature.strip()
    written = text.rstrip()
    is_signed = bool(own) and written.endswith(own)
    letter = split_letter(written.removesuffix(own) if is_signed else text)
    paragraphs = [each.strip() for each in re.split(r"\n\s*\n", letter.body) if each.strip()]
    if len(paragraphs) < 2:
        return text
    asked = set(terms(question))
    worth = [_worth(each, asked) for each in paragraphs]
    best = sorted(range(len(paragraphs)), key=lambda i: (-worth[i], i))[: len(paragraphs) // 2]
    kept = [paragraphs[i] for i in sorted(best)]
    return "\n\n".join(
        part for part in (letter.greeting, *kept, letter.signature, own * is_signed) if part
    )


def _worth(paragraph: str, asked: set[str]) -> int:
    stated = [fact for fact in facts(paragraph) if fact.kind is not FactKind.NEGATION]
    return 2 * len(stated) + len(asked & set(terms(paragraph)))
