"""Examples: which rows a draft gives, and why it gives no others; splits in the order of time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.drafts.exporting.examples import Case, Kind, LeftOut, lesson
from shopapp.drafts.exporting.splitting import Split, Splits, positions
from shopapp.drafts.learning.reward import EditClass

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def case(**values: Any) -> Case:
    given: dict[str, Any] = {
        "id": "c1",
        "at": NOON,
        "draft": "It arrives on Monday.",
        "final": "It arrives on Tuesday.",
        "edit_class": EditClass.LIGHT,
        "question": "Where is it?",
        "score": {"edit_cost": 1, "reward": 0.8},
    }
    return Case(**(given | values))


def test_an_edit_is_a_pair_a_completion_and_a_label() -> None:
    found = lesson(case(), str)
    assert found.rows[Kind.PREFERENCE]["chosen"][0]["content"] == "It arrives on Tuesday."
    assert found.rows[Kind.PREFERENCE]["rejected"][0]["content"] == "It arrives on Monday."
    assert found.rows[Kind.SFT]["completion"][0]["content"] == "It arrives on Tuesday."
    assert found.rows[Kind.UNPAIRED]["label"] is True
    assert found.left_out == {}


def test_the_prompt_holds_facts_and_conversation_and_ends_with_the_question() -> None:
    packet = {
        "brand": {"store_name": "Harbor", "voice": "Warm."},
        "style_rules": ["No “unfortunately”."],
        "order": {"name": "#1", "total": "5", "currency": "EUR", "lines": [{"title": "Tea"}]},
        "passages": [
            {"kind": "macro", "title": "Where", "body": "On its way."},
            {"kind": "approved_reply", "title": "Old", "body": "Dear Otto"},
        ],
        "history": [{"is_ours": True, "text": "Hello!"}, {"is_ours": False, "text": "Hm."}],
    }
    prompt = lesson(case(packet=packet, subject="Tea"), str).rows[Kind.SFT]["prompt"]
    assert [each["role"] for each in prompt] == ["system", "assistant", "user", "user"]
    assert prompt[-1]["content"] == "Subject: Tea\n\nWhere is it?"
    assert "Order #1" in prompt[0]["content"]
    assert "No “unfortunately”." in prompt[0]["content"]
    assert "Dear Otto" not in prompt[0]["content"]


@pytest.mark.parametrize(
    ("values", "kind", "reason"),
    [
        (
            {"final": "It arrives on Monday.", "edit_class": EditClass.AS_IS, "score": {}},
            Kind.PREFERENCE,
            LeftOut.AS_IS,
        ),
        (
            {"final": "It arrives on Monday.\n\nBest,\nBo", "edit_class": EditClass.AS_IS},
            Kind.PREFERENCE,
            LeftOut.SIGNATURE,
        ),
        ({"edit_class": EditClass.REWRITE}, Kind.UNPAIRED, LeftOut.NO_LABEL),
        ({"final": None, "edit_class": EditClass.DISCARDED}, Kind.SFT, LeftOut.DISCARDED),
        (
            {"final": None, "edit_class": EditClass.DISCARDED, "discard_reason": "unneeded"},
            Kind.UNPAIRED,
            LeftOut.NO_FAULT,
        ),
    ],
)
def test_what_teaches_nothing_is_left_out_with_its_reason(
    values: dict[str, Any], kind: Kind, reason: LeftOut
) -> None:
    found = lesson(case(**values), str)
    assert kind not in found.rows
    assert found.left_out[kind] is reason


def test_texts_that_differ_only_in_what_was_redacted_are_no_pair() -> None:
    found = lesson(case(), lambda text: text.replace("Monday", "Tuesday"))
    assert found.left_out[Kind.PREFERENCE] is LeftOut.SAME


@pytest.mark.parametrize(("thumb", "edit_class"), [(False, "as_is"), (True, "rewrite")])
def test_a_thumb_overrules_the_label(thumb: bool, edit_class: str) -> None:
    found = lesson(case(thumb=thumb, edit_class=EditClass(edit_class)), str)
    assert found.rows[Kind.UNPAIRED]["label"] is thumb


@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 999)), min_size=1, max_size=60))
def test_splits_share_no_customer_and_follow_each_other(asked: list[tuple[int, int]]) -> None:
    rows = sorted((NOON + timedelta(minutes=minute), str(who)) for who, minute in asked)
    cuts = [rows[at][0] if at < len(rows) else None for at in positions(len(rows))]
    splits = Splits(*cuts)
    found = [(splits.of(who, at), who, at) for at, who in rows]
    kept = [each for each in found if each[0] is not None]
    assert kept[0][1:] == (found[0][1], found[0][2])
    for one, other in ((Split.TRAIN, Split.VALIDATION), (Split.VALIDATION, Split.TEST)):
        before = [(who, at) for split, who, at in kept if split is one]
        later = [(who, at) for split, who, at in kept if split is other]
        assert not {who for who, _ in before} & {who for who, _ in later}
        assert not before or not later or max(at for _, at in before) < min(at for _, at in later)
