"""A person's opinion of a draft: a thumb, why, and three grades of one press each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

THUMBS = ("up", "down")
GRADES = {1: "Poor", 2: "Fair", 3: "Good"}
"""Three steps: which of them it is needs no thought, so people do answer."""
ASPECTS = {
    "tone": "Tone",
    "accuracy": "Accuracy",
    "policy": "Policy",
}
REASONS = {
    "up": {
        "facts_right": "Facts are right",
        "tone_right": "Sounds like us",
        "complete": "Answers everything",
        "short": "Short and clear",
    },
    "down": {
        "facts": "Wrong facts",
        "tone": "Wrong tone",
        "question": "Wrong intent",
        "policy": "Outdated policy",
        "incomplete": "Something is missing",
        "long": "Too long",
    },
}
LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Rating:
    """`thumb` is up or down, `reasons` are words of REASONS for it, grades 1 to 3 or None."""

    thumb: str
    reasons: tuple[str, ...] = ()
    tone: int | None = None
    accuracy: int | None = None
    policy: int | None = None
    comment: str = ""

    def fits(self) -> bool:
        """Whether every value is one that can be chosen."""
        grades = (self.tone, self.accuracy, self.policy)
        return (
            self.thumb in THUMBS
            and set(self.reasons) <= set(REASONS[self.thumb])
            and all(grade is None or grade in GRADES for grade in grades)
            and len(self.comment) <= LONGEST
        )


def rating_of(feedback: Mapping[str, Any] | None) -> Rating | None:
    """The rating kept in `AiDraft.feedback`, None when nobody has rated."""
    if not feedback or feedback.get("thumb") not in THUMBS:
        return None
    return Rating(
        str(feedback["thumb"]),
        tuple(feedback.get("reasons") or ()),
        feedback.get("tone"),
        feedback.get("accuracy"),
        feedback.get("policy"),
        str(feedback.get("comment") or ""),
    )
