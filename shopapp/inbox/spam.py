"""How much a mail looks like spam, from what the servers before us wrote on it (pure)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

THRESHOLD = 50
_SCORE = re.compile(r"(?i)\bscore=(-?\d+(?:\.\d+)?)")
_FAILED = re.compile(r"(?i)\b(dmarc|spf|dkim)\s*=\s*(?:fail|softfail|permerror)\b")
_WEIGHTS = {"dmarc": 40, "spf": 15, "dkim": 15}


@dataclass(frozen=True, slots=True)
class Suspicion:
    """From 0 to 100, with a sentence for everything that counted."""

    score: int
    reasons: tuple[str, ...]

    @property
    def is_spam(self) -> bool:
        """Whether it is more likely spam than not."""
        return self.score >= THRESHOLD


def suspicion(headers: Iterable[tuple[str, str]], *, is_blocked: bool | None) -> Suspicion:
    """What the headers say; `is_blocked` is people's word on the sender, which counts most.

    Only the first Authentication-Results is read: ours is on top, the sender wrote the others.
    """
    if is_blocked is not None:
        said = "Mail of this sender was marked as spam" if is_blocked else ""
        return Suspicion(100 if is_blocked else 0, (said,) if said else ())
    found = list(_signs(headers))
    return Suspicion(min(100, sum(points for points, _ in found)), tuple(why for _, why in found))


def is_forged(headers: Iterable[tuple[str, str]]) -> bool:
    """Whether our server found that the sender is not who From says: DMARC failed (RFC 7489)."""
    for name, value in headers:
        if name.lower() == "authentication-results":
            return "dmarc" in _FAILED.findall(value.lower())
    return False


def _signs(headers: Iterable[tuple[str, str]]) -> Iterable[tuple[int, str]]:
    first: dict[str, str] = {}
    for name, value in headers:
        first.setdefault(name.lower(), value)
    if first.get("x-spam-flag", "").strip().lower() == "yes":
        yield 60, "Your mail server flagged it (X-Spam-Flag)"
    status = first.get("x-spam-status", "")
    if status.strip().lower().startswith("yes"):
        scored = _SCORE.search(status)
        points = f", {scored[1]} points" if scored else ""
        yield 60, f"Your mail server’s filter calls it spam{points}"
    for check in dict.fromkeys(_FAILED.findall(first.get("authentication-results", "").lower())):
        yield _WEIGHTS[check], f"The sender’s address failed {check.upper()}"
