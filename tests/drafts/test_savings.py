"""Time saved, and where drafts hurt: shown only when it is sure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shopapp.drafts.measuring.harms import Fate, Place, Sign, harms
from shopapp.drafts.measuring.savings import Reply, savings

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def replies(
    held_out: bool, count: int, seconds: int | None, intent: str = "return", back: int = 0
) -> list[Reply]:
    """Replies around a time, the first `back` of them reopened."""
    return [
        Reply(held_out, intent, None if seconds is None else seconds + at % 7, at < back)
        for at in range(count)
    ]


def fates(count: int, undone: int, **values: object) -> list[Fate]:
    """Drafts of one kind, the newest first."""
    shared: dict[str, object] = {"intent": "return", "model": "m", "mailbox_id": "box"}
    return [
        Fate(f"t{at}", NOON - timedelta(days=at), at < undone, **(shared | values))  # type: ignore[arg-type]
        for at in range(count)
    ]


def test_a_difference_of_medians_is_shown_from_thirty_on_each_side() -> None:
    every, alone = savings([*replies(True, 30, 180), *replies(False, 30, 60)])
    assert every.intent is None
    assert alone.intent == "return"
    assert every.saved is not None
    assert every.saved.value == 120
    assert 0 < every.saved.low <= 120 <= every.saved.high


def test_below_thirty_it_says_how_many_are_missing() -> None:
    every = savings([*replies(True, 12, 180), *replies(False, 29, 60)])[0]
    assert every.saved is None
    assert (every.held_out_missing, every.drafted_missing) == (18, 1)


def test_what_was_not_measured_is_not_zero() -> None:
    every = savings([*replies(True, 5, None), *replies(True, 3, 100)])[0]
    assert every.held_out == 3
    assert every.held_out_median is not None
    assert every.held_out_median >= 100


def test_without_replies_nothing_is_said() -> None:
    assert [row.intent for row in savings([])] == [None]
    assert savings([])[0].held_out_median is None


def test_a_group_that_is_mostly_undone_is_listed_with_its_newest_examples() -> None:
    found = harms([*fates(200, 20), *fates(40, 30, intent="damaged", mailbox_id="")], [])
    assert [(each.place, each.key) for each in found] == [(Place.REQUEST, ("damaged", "m"))]
    (worst,) = found
    assert worst.sign is Sign.UNDONE
    assert worst.usual < worst.low < worst.value < worst.high
    assert [each.ticket_id for each in worst.examples] == ["t0", "t1", "t2"]


def test_a_small_group_is_not_listed_however_bad() -> None:
    assert harms([*fates(200, 20), *fates(19, 19, intent="damaged")], []) == []


def test_an_even_store_has_no_place_where_drafts_hurt() -> None:
    split = [fate for kind in "abcdefgh" for fate in fates(40, 10 + ord(kind) % 3, intent=kind)]
    assert harms(split, []) == []


def test_the_same_doubt_passes_alone_and_fails_among_many() -> None:
    worse = fates(40, 19, intent="worse", mailbox_id="")
    alone = harms([*fates(400, 120, intent="", mailbox_id=""), *worse], [])
    others = [fate for at in range(40) for fate in fates(20, 6, intent=f"kind {at}", mailbox_id="")]
    assert [each.key[0] for each in alone] == ["worse"]
    assert harms([*others, *worse], []) == []


def test_a_macro_is_named_whose_drafts_are_undone() -> None:
    macro = (("macro", "m1", "Broken"), ("approved_reply", "r1", "Re: Broken"))
    found = harms([*fates(200, 20, intent=""), *fates(50, 40, intent="", sources=macro)], [])
    assert [(each.place, each.title) for each in found] == [(Place.MACRO, "Broken")]


def test_a_request_answered_more_slowly_with_a_draft_is_listed() -> None:
    (found,) = harms([], savings([*replies(True, 40, 60), *replies(False, 40, 180)]))
    assert (found.sign, found.key, found.value) == (Sign.SLOWER, ("return",), 120)
    assert 0 < found.low <= found.high


def test_a_request_whose_tickets_come_back_more_often_is_listed() -> None:
    both = [*replies(True, 100, None, back=5), *replies(False, 100, None, back=40)]
    (found,) = harms([], savings(both))
    assert found.sign is Sign.REOPENED
    assert 0 < found.low < 0.35 < found.high
    assert harms([], savings([*replies(True, 9, None), *replies(False, 9, None, back=9)])) == []
