"""Examples: what one concluded draft teaches, in the shapes TRL trains on, or why it does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from shopapp.drafts.exporting.instructing import instructions
from shopapp.drafts.learning.diff import opcodes
from shopapp.drafts.learning.reward import EditClass

Message = dict[str, str]
Redact = Callable[[str], str]
Row = dict[str, Any]


class Kind(StrEnum):
    """A dataset type of TRL: pairs, prompts with completions, completions with a label."""

    PREFERENCE = "preference"
    SFT = "sft"
    UNPAIRED = "unpaired"


class LeftOut(StrEnum):
    """Why a draft is in no file, or not in one of them."""

    STALE = "overtaken by a newer message"
    NO_QUESTION = "the question is no longer known"
    SPLIT = "the customer is in an earlier split"
    UNSAFE = "could not be redacted for certain"
    AS_IS = "sent as it was"
    SIGNATURE = "only greeting or signature changed"
    SAME = "the same once redacted"
    DISCARDED = "discarded"
    NO_LABEL = "edited too much for a label"
    NO_FAULT = "discarded for another reason than the text"


NO_FAULT = frozenset({"unneeded"})
"""Reasons for discarding that say nothing against the draft's words."""


@dataclass(frozen=True, slots=True)
class Case:
    """A draft (y), what became of it (y', None when nothing was sent), and what it rested on."""

    id: str
    at: datetime
    draft: str
    final: str | None
    edit_class: EditClass
    question: str
    subject: str = ""
    packet: Mapping[str, Any] = field(default_factory=dict)
    score: Mapping[str, Any] = field(default_factory=dict)
    thumb: bool | None = None
    discard_reason: str = ""
    told: Mapping[str, str | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lesson:
    """The rows of a case, at most one of a kind, its sidecar, and why the other kinds have none.

    `asked`, `draft` and `final` are its texts, redacted.
    """

    asked: str
    draft: str
    final: str | None
    rows: Mapping[Kind, Row]
    sidecar: Row
    left_out: Mapping[Kind, LeftOut]

    def texts(self) -> list[str]:
        """Everything a file would hold of it, for a last look."""
        messages = (m for row in self.rows.values() for part in row.values() for m in _listed(part))
        return [
            *(m["content"] for m in messages),
            *(each["text"] for each in self.sidecar["opcodes"]),
        ]


def lesson(case: Case, redact: Redact) -> Lesson:
    """What `case` teaches, redacted.

    A body that a person changed gives a pair (chosen is theirs, rejected the draft); whatever was
    sent gives a completion; a draft sent as it was or lightly edited is labelled true, a discarded
    one false, and a thumb overrules both.
    """
    draft, final = redact(case.draft), None if case.final is None else redact(case.final)
    rows: dict[Kind, Row] = {}
    left: dict[Kind, LeftOut] = {}
    prompt = [{"role": m["role"], "content": redact(m["content"])} for m in _prompt(case)]
    if final is None:
        left[Kind.SFT] = LeftOut.DISCARDED
    else:
        rows[Kind.SFT] = {"prompt": prompt, "completion": _said(final)}
    why_no_pair = _why_no_pair(case, draft, final)
    if why_no_pair or final is None:
        left[Kind.PREFERENCE] = why_no_pair or LeftOut.DISCARDED
    else:
        rows[Kind.PREFERENCE] = {"prompt": prompt, "chosen": _said(final), "rejected": _said(draft)}
    label = _label(case)
    if isinstance(label, LeftOut):
        left[Kind.UNPAIRED] = label
    else:
        rows[Kind.UNPAIRED] = {"prompt": prompt, "completion": _said(draft), "label": label}
    return Lesson(prompt[-1]["content"], draft, final, rows, _sidecar(case, draft, final), left)


def _why_no_pair(case: Case, draft: str, final: str | None) -> LeftOut | None:
    if final is None:
        return LeftOut.DISCARDED
    if case.edit_class is EditClass.AS_IS or not case.score.get("edit_cost"):
        return LeftOut.AS_IS if case.draft == case.final else LeftOut.SIGNATURE
    return LeftOut.SAME if draft == final else None


def _label(case: Case) -> bool | LeftOut:
    if case.thumb is not None:
        return case.thumb
    if case.edit_class is EditClass.DISCARDED:
        return LeftOut.NO_FAULT if case.discard_reason in NO_FAULT else False
    return True if case.edit_class in (EditClass.AS_IS, EditClass.LIGHT) else LeftOut.NO_LABEL


def _prompt(case: Case) -> list[Message]:
    """What the draft was asked: the facts it had, the conversation, and last the customer."""
    subject = f"Subject: {case.subject}\n\n" if case.subject else ""
    turns = [
        {"role": "assistant" if turn.get("is_ours") else "user", "content": str(turn.get("text"))}
        for turn in case.packet.get("history") or ()
        if turn.get("text")
    ]
    system = {"role": "system", "content": instructions(case.packet)}
    return [system, *turns, {"role": "user", "content": f"{subject}{case.question}"}]


def _said(text: str) -> list[Message]:
    return [{"role": "assistant", "content": text}]


def _sidecar(case: Case, draft: str, final: str | None) -> Row:
    """Opcodes are those of the redacted texts, so that they apply to what the row holds."""
    return {
        "draft": case.id,
        "at": case.at.isoformat(),
        "edit_class": case.edit_class.value,
        **{name: case.score.get(name) for name in ("reward", "ned", "kept", "facts_changed")},
        "opcodes": [_opcode(*each) for each in opcodes(draft, final or "")],
        **case.told,
    }


def _opcode(name: str | int, value: str | int) -> Row:
    """With columns of one type each, so that every reader of tables can load it."""
    text = value if isinstance(value, str) else ""
    return {"op": name, "length": value if isinstance(value, int) else len(value), "text": text}


def _listed(part: Any) -> list[Message]:
    return part if isinstance(part, list) else []
