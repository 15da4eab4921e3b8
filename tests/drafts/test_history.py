"""Versions of a text: the saves of one sitting are one, and none is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from shopapp.drafts.learning.history import Save, versions

START = datetime(2026, 11, 26, 9, tzinfo=UTC)


def save(body: str, minute: float, author: str = "Ben", *, is_aside: bool = False) -> Save:
    return Save(body, body, author, START + timedelta(minutes=minute), is_aside)


def test_saves_of_one_sitting_are_one_version_with_the_last_text() -> None:
    newest, drafted = versions([save("a", 0, ""), save("b", 1), save("c", 4), save("d", 9)])
    assert (newest.last.body, newest.saves, newest.before) == ("d", 3, "a")
    assert (drafted.number, drafted.last.body, drafted.before) == (1, "a", "")


def test_a_pause_or_another_person_begins_a_version() -> None:
    listed = versions([save("a", 0), save("b", 6), save("c", 7, "Ada"), save("d", 8)])
    assert [each.last.body for each in listed] == ["d", "c", "b", "a"]


def test_a_text_given_up_in_a_conflict_stands_alone() -> None:
    listed = versions([save("a", 0), save("b", 1, is_aside=True), save("c", 2)])
    assert [each.last.body for each in listed] == ["c", "b", "a"]


def test_two_drafts_are_two_versions() -> None:
    assert len(versions([save("a", 0, ""), save("b", 0, "")])) == 2
