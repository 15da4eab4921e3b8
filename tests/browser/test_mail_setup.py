"""Mail set-up in a browser: the whole consent, shadow mode; facts put into a reply by keyboard."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from shopapp.mail.models import Mailbox, OutboundMail, SignIn
from tests.browser.conftest import Enter
from tests.browser.person import Person
from tests.browser.shop import Shop
from tests.servers.consent import ConsentServer


@pytest.fixture
def google(provider: ConsentServer, shop: Shop) -> Iterator[ConsentServer]:
    """The provider's page, in front of which the shop's mailbox owner sits."""
    provider.address = shop.address("help")
    provider.client_id, provider.client_secret = "shop-id", "shop-secret"
    yield provider
    provider.revoked = False


@pytest.fixture
def ada(enter: Enter) -> Person:
    return enter("ada")


def set_up(person: Person, tab: str) -> Page:
    """A page of the shop's mailbox."""
    page = person.open(f"/{person.shop.handle}/settings/mailboxes")
    page.get_by_role("link", name=person.shop.address("help"), exact=True).click()
    page.get_by_role("navigation", name="Mailbox").get_by_role("link", name=tab).click()
    return page


def test_an_admin_registers_connects_and_disconnects(
    shop: Shop, ada: Person, google: ConsentServer
) -> None:
    page = ada.open(f"/{shop.handle}/inbox/setup")
    card = page.get_by_role("region", name="Google application")
    card.get_by_label("Client id").fill("shop-id")
    card.get_by_label("Client secret").fill("shop-secret")
    card.get_by_role("button", name="Save").click()
    expect(card).to_contain_text("Ready")
    set_up(ada, "Sign-in")
    page.get_by_role("button", name="Connect Google").click()
    asking = page.get_by_role("heading", name=f"Consent of {shop.address('help')}")
    expect(asking).to_be_visible()
    page.get_by_role("link", name="allow").click()
    sign_in = page.get_by_role("region", name="Sign-in")
    expect(sign_in).to_contain_text("Connected with Google")
    (mailbox,) = shop.rows(Mailbox)
    assert mailbox.sign_in is SignIn.GOOGLE
    page.get_by_role("button", name="Disconnect").click()
    page.get_by_role("dialog").get_by_role("button", name="Disconnect").click()
    expect(page.get_by_role("button", name="Connect Google", exact=True)).to_be_visible()
    assert shop.rows(Mailbox)[0].sign_in is SignIn.PASSWORD


def test_a_shadow_mailbox_is_written_in_and_never_sends(
    shop: Shop, ada: Person, enter: Enter
) -> None:
    (ticket,) = shop.receive()
    page = set_up(ada, "Shadow mode")
    page.get_by_role("button", name="Enter shadow mode").click()
    page.get_by_role("dialog").get_by_role("button", name="Enter shadow mode").click()
    shadow = page.get_by_role("region", name="Shadow mode")
    expect(shadow).to_contain_text("Nothing is sent, moved, marked or answered.")
    ben = enter("ben")
    ben.open(ticket)
    expect(ben.page.get_by_text("You can write and compare, not send.").first).to_be_visible()
    ben.write("It swims past Greenland.")
    expect(ben.page.get_by_role("button", name="Send reply")).to_have_count(0)
    ben.text.press("Control+Enter")
    ben.page.get_by_role("link", name="Compare").click()
    expect(ben.page.get_by_text("Nothing to compare yet")).to_be_visible()
    assert shop.rows(OutboundMail) == []
    page.get_by_role("button", name="Leave shadow mode").click()
    page.get_by_role("dialog").get_by_role("button", name="Leave shadow mode").click()
    expect(shadow).to_contain_text("Off")
    ben.open(ticket)
    expect(ben.page.get_by_role("button", name="Send reply")).to_be_visible()


def test_a_fact_is_put_where_the_caret_stands_by_keyboard(shop: Shop, ben: Person) -> None:
    (ticket,) = shop.receive()
    page = ben.open(ticket)
    expect(page.locator("#sidebar")).to_contain_text("Order #1001")
    ben.text.fill("Your number is , Nils.")
    ben.text.press("Home")
    for _ in "Your number is":
        ben.text.press("ArrowRight")
    page.locator("summary", has_text="Insert a fact").press("Enter")
    page.get_by_role("button", name="Insert tracking of #1001").press("Enter")
    expect(ben.text).to_have_value("Your number is SNAIL1 , Nils.")
    expect(ben.text).to_be_focused()
    expect(page.locator("#draft-state")).to_contain_text("Saved")


def test_an_order_is_linked_on_a_phone_from_its_summary_line(shop: Shop, enter: Enter) -> None:
    (ticket,) = shop.receive()
    ben = enter("ben", viewport={"width": 390, "height": 844})
    ben.watch.expected.add(422)
    page = ben.open(ticket)
    line = page.locator("#sidebar summary").first
    expect(line).to_have_text(re.compile(r"Nils · #1001 fulfilled"))
    line.click()
    page.get_by_label("Order name").fill("#404")
    page.get_by_role("button", name="Link", exact=True).click()
    expect(page.locator("#sidebar [role=alert]")).to_have_text(
        "There is no order #404. Check its number."
    )
    expect(page.get_by_label("Order name")).to_have_value("#404")
