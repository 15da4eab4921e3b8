"""The rate ladder: two machines cannot write to each other for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.mail import ladder
from shopapp.mail.models import AutomaticMail
from tests import cast
from tests.conftest import OpenStore

NOW = cast.NOON


@pytest.mark.parametrize(("most", "minutes"), ladder.STEPS)
def test_a_step_is_reached_and_left_again(most: int, minutes: int) -> None:
    spread = timedelta(minutes=minutes) / most
    sent = [NOW - spread * number for number in range(most)]
    assert not ladder.may_send(sent, NOW)
    assert ladder.may_send(sent[1:], NOW)
    assert ladder.may_send(sent, NOW + timedelta(minutes=minutes))


@given(st.lists(st.integers(0, 900), max_size=300))
def test_no_stretch_ever_holds_more_than_its_step(waits: list[int]) -> None:
    now, sent = NOW, []
    for seconds in waits:
        now += timedelta(seconds=seconds)
        if ladder.may_send(sent, now):
            sent.append(now)
    for most, minutes in ladder.STEPS:
        for end in sent:
            start = end - timedelta(minutes=minutes)
            assert sum(start < each <= end for each in sent) <= most


def test_ten_letters_are_counted_and_the_eleventh_waits(store_session: OpenStore) -> None:
    session = store_session("harbor")
    taken = [ladder.claim(session, "Nils@Mail.Example") for _ in range(11)]
    assert taken == [True] * 10 + [False]
    assert ladder.claim(session, "mona@mail.example")
    assert {row.address for row in session.query(AutomaticMail)} == {
        "nils@mail.example",
        "mona@mail.example",
    }


@pytest.mark.parametrize("kind", ["auto_reply", "bounce", "complaint", "list"])
def test_automatic_mail_is_never_answered(store_session: OpenStore, kind: str) -> None:
    assert not ladder.claim(store_session("harbor"), "nils@mail.example", answers=kind)
