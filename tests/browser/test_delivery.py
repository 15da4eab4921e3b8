"""What becomes of a reply, as its writer sees it: refused, unknown, and never sent twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from shopapp.mail.models import OutboundMail
from tests.browser.person import Person
from tests.browser.shop import Shop
from tests.servers.smtp import Fault

WORDS = "It swims past Greenland."


@pytest.fixture
def ticket(shop: Shop) -> str:
    """A ticket whose reply leaves at once."""
    shop.set_limits(undo_seconds=0)
    (path,) = shop.receive()
    return path


def test_a_refused_mail_brings_the_text_back_with_the_reason(
    shop: Shop, ben: Person, ticket: str
) -> None:
    shop.smtp.fault = Fault.REFUSE_RECIPIENT
    ben.open(ticket)
    ben.write(WORDS)
    ben.send()
    ben.shows("This reply was not delivered.", "No such recipient here")
    expect(ben.text).to_have_value(WORDS)
    shop.smtp.fault = Fault.NONE
    ben.send()
    ben.shows("Sent")
    assert len(shop.arrived()) == 1


def test_a_busy_server_is_tried_again_and_the_reply_can_be_taken_back(
    shop: Shop, ben: Person, ticket: str
) -> None:
    shop.smtp.fault = Fault.BUSY
    page = ben.open(ticket)
    ben.write(WORDS)
    ben.send()
    ben.shows("Not delivered yet; it will be tried again.")
    page.get_by_role("button", name="Take it back").click()
    expect(ben.text).to_have_value(WORDS)
    assert shop.arrived(0) == []


def test_who_cannot_know_is_asked_and_says_it_arrived(shop: Shop, ben: Person, ticket: str) -> None:
    shop.smtp.fault = Fault.DROP_AFTER_DATA
    ben.open(ticket)
    ben.send()
    ben.shows("We don’t know whether this reply arrived.")
    ben.page.get_by_role("button", name="It arrived").click()
    ben.shows("Sent")
    assert len(shop.arrived()) == 1


def test_who_cannot_know_is_asked_and_sends_again(shop: Shop, ben: Person, ticket: str) -> None:
    shop.smtp.fault = Fault.DROP_AFTER_DATA
    page = ben.open(ticket)
    ben.send()
    ben.shows("We don’t know whether this reply arrived.")
    shop.smtp.fault = Fault.NONE
    page.get_by_role("button", name="Send again").click()
    dialog = page.get_by_role("dialog", name="Send this reply again?")
    expect(dialog.get_by_role("button", name="Cancel")).to_be_focused()
    dialog.get_by_role("button", name="Send again").click()
    ben.shows("Sent")
    assert len(shop.arrived(2)) == 2


def test_three_clicks_on_send_are_one_mail(shop: Shop, ben: Person, ticket: str) -> None:
    page = ben.open(ticket)
    page.get_by_role("button", name="Send reply").click(click_count=3)
    ben.shows("Sent")
    assert len(shop.arrived()) == 1
    assert len(shop.rows(OutboundMail)) == 1
