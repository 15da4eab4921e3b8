"""A request as it came in again and again, its draft, and what the team made of it."""

from __future__ import annotations

from dataclasses import dataclass

from shopapp.drafts.learning.reward import EditClass

Swaps = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Request:
    """`often` is its share of the mail, `odds` how often each class of edit came of its drafts.

    `light` and `moderate` are swaps in the draft, `rewrite` is written instead of it. `macro` is
    the title of the one the draft rests on.
    """

    intent: str
    often: int
    subject: str
    asks: tuple[str, ...]
    macro: str
    draft: str
    light: Swaps
    moderate: Swaps
    rewrite: str
    odds: dict[EditClass, int]
    seconds: int
    """Active time a reply without a draft takes, in the middle."""
