"""The whole text of a reply, and the moment it leaves."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from shopapp.inbox import lettering, timing
from shopapp.inbox.lettering import Quote
from shopapp.inbox.quoting import split_reply

BERLIN = ZoneInfo("Europe/Berlin")
THURSDAY = datetime(2026, 11, 26, 20, 30, tzinfo=UTC)
QUOTE = Quote("Nils", THURSDAY, "Where is it?\n\nNils <script>")


def test_a_signature_knows_the_agent_and_the_store() -> None:
    template = "{{agent.name}}, {{ store.name }} {{else}}"
    assert lettering.signature(template, agent="Ben", store="Harbor") == "Ben, Harbor {{else}}"


def test_signature_and_quote_stand_below_in_both_forms() -> None:
    letter = lettering.letter("Hi & bye", signed="Ben", quote=QUOTE)
    assert letter.text == (
        "Hi & bye\n\n-- \nBen\n\nOn 26 November 2026 at 20:30, Nils wrote:\n"
        "> Where is it?\n>\n> Nils <script>"
    )
    assert "Hi &amp; bye" in letter.html
    assert '<blockquote type="cite"' in letter.html
    assert "Nils &lt;script&gt;" in letter.html


def test_what_we_add_is_what_our_reader_takes_off() -> None:
    parts = split_reply(lettering.letter("It swims.", signed="Ben", quote=QUOTE).text)
    assert parts.visible.strip() == "It swims."


def test_a_text_that_is_signed_already_is_not_signed_again() -> None:
    body = "Hi\n\nBen\nHarbor Tea\n"
    assert lettering.letter(body, signed="Ben\nHarbor Tea", quote=None).text == body.rstrip()


@pytest.mark.parametrize(
    ("choice", "typed", "moment"),
    [
        ("morning", "", datetime(2026, 11, 27, 8, tzinfo=UTC)),
        ("monday", "", datetime(2026, 11, 30, 8, tzinfo=UTC)),
        ("chosen", "2026-11-26T23:15", datetime(2026, 11, 26, 22, 15, tzinfo=UTC)),
        ("chosen", "2027-07-01T09:00", datetime(2027, 7, 1, 7, tzinfo=UTC)),
    ],
)
def test_a_time_is_one_of_the_stores_own(choice: str, typed: str, moment: datetime) -> None:
    assert timing.moment(choice, typed, now=THURSDAY, zone=BERLIN) == moment


@pytest.mark.parametrize("typed", ["", "soon", "2026-11-26T21:30", "2030-01-01T09:00", "9" * 40])
def test_a_time_that_cannot_be_is_refused(typed: str) -> None:
    with pytest.raises(timing.BadTime, match="Choose"):
        timing.moment("chosen", typed, now=THURSDAY, zone=BERLIN)
