"""Tickets joined and parted in a browser, and two people at one of them."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from shopapp.inbox.models import Ticket
from shopapp.inbox.queries.families import said
from tests.browser.conftest import Enter
from tests.browser.person import Person
from tests.browser.shop import Shop

ASK = "document.getElementById('pulse').dispatchEvent(new CustomEvent('pulse'))"
BEAT = "document.getElementById('beat').dispatchEvent(new CustomEvent('beat'))"


def answer(shop: Shop, text: str) -> bytes:
    """Nils answers his own letter."""
    first = shop.rows(Ticket)[0]
    with shop.session() as session:
        parent = said(session, first.id)[0].message_id
    letter = shop.letter(text)
    return letter.replace(b"MIME-Version", f"In-Reply-To: <{parent}>\nMIME-Version".encode(), 1)


def met(page: Page) -> Page:
    """The page once it has asked for its surroundings."""
    page.locator("#pulse").wait_for(state="attached")
    return page


def test_two_tickets_are_merged_and_parted_again(shop: Shop, ben: Person) -> None:
    first, second = shop.receive(
        shop.letter(subject="Parcel"), shop.letter("I forgot: it is blue.", subject="Blue")
    )
    page = met(ben.open(second))
    page.get_by_role("button", name="More", exact=True).locator("visible=true").click()
    page.get_by_role("link", name="Merge into another ticket").click()
    page.get_by_placeholder("Number, subject or customer").fill("Parcel")
    page.locator("#merge-results").get_by_role("button", name="Parcel").click()
    page.wait_for_url(f"**{first}")
    expect(page.get_by_role("article")).to_have_count(2)
    expect(page.locator("#thread")).to_contain_text("From #2, merged by Ben")
    ben.open(second)
    page.wait_for_url(f"**{first}")
    expect(page.locator("#toasts")).to_contain_text("was merged into this one")
    page.locator("#thread").get_by_role("button", name="Undo").click()
    expect(page.locator("#toasts")).to_contain_text("Everything is as it was")
    expect(page.get_by_role("article")).to_have_count(1)


def test_a_message_is_split_off_and_comes_back(shop: Shop, ben: Person) -> None:
    (ticket,) = shop.receive()
    shop.receive(answer(shop, "Another matter: my kettle sings."))
    page = met(ben.open(ticket))
    expect(page.get_by_role("article")).to_have_count(2)
    page.get_by_role("article").last.get_by_role("link", name="Split or move").click()
    page.get_by_role("button", name="Split off as a new ticket").click()
    expect(page.locator("#toasts")).to_contain_text("Split off as #2")
    expect(page.get_by_role("article")).to_have_count(1)
    expect(page.locator("#related")).to_contain_text("Linked ticket.")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.get_by_role("article")).to_have_count(2)


def test_a_new_message_comes_while_somebody_types(shop: Shop, ben: Person) -> None:
    (ticket,) = shop.receive()
    page = met(ben.open(ticket))
    ben.write("Dear Nils, I am looking into it")
    ben.text.evaluate("(box) => { box.focus(); box.setSelectionRange(5, 9); }")
    shop.receive(answer(shop, "It came!"))
    page.evaluate(ASK)
    expect(page.locator("#thread")).to_contain_text("It came!")
    expect(page.get_by_role("status").filter(has_text="1 new message")).to_be_visible()
    expect(ben.text).to_be_focused()
    expect(ben.text).to_have_value("Dear Nils, I am looking into it")
    assert ben.text.evaluate("(box) => [box.selectionStart, box.selectionEnd]") == [5, 9]


def test_two_people_see_each_other(shop: Shop, ben: Person, enter: Enter) -> None:
    (ticket,) = shop.receive(shop.letter("Do you sell violins?", name="olga", subject="Violins"))
    mine = met(ben.open(ticket))
    ada = enter("ada")
    met(ada.open(ticket)).evaluate(BEAT)
    ada.write("Olga, ask the piano shop.")
    mine.evaluate(ASK)
    expect(mine.locator("#watch")).to_contain_text("Ada is replying")


def test_a_send_stops_when_a_colleague_has_replied(shop: Shop, ben: Person, enter: Enter) -> None:
    shop.set_limits(undo_seconds=0)
    (ticket,) = shop.receive(shop.letter("Do you sell violins?", name="olga", subject="Violins"))
    mine = met(ben.open(ticket))
    ada = enter("ada")
    ada.open(ticket)
    ada.write("Olga, ask the piano shop.")
    ada.send()
    ada.shows("Sent")
    mine.evaluate(ASK)
    expect(mine.locator("#thread")).to_contain_text("ask the piano shop")
    ben.watch.expected.add(422)
    ben.text.fill("Olga, we do not.")
    ben.send()
    ben.shows("Not sent yet.", "Ada sent a reply.")
    expect(ben.text).to_have_value("Olga, we do not.")
    assert len(shop.arrived(1)) == 1
    mine.get_by_role("button", name="Send anyway").click()
    ben.shows("Sent")
    assert len(shop.arrived(2)) == 2


def test_the_list_shows_who_is_where(shop: Shop, ben: Person, enter: Enter) -> None:
    (ticket,) = shop.receive()
    met(enter("ada").open(ticket)).evaluate(BEAT)
    page = ben.open(shop.inbox)
    expect(page.get_by_role("listitem")).to_contain_text("Ada is viewing")


def test_a_message_is_split_off_without_scripts(shop: Shop, enter: Enter) -> None:
    (ticket,) = shop.receive()
    shop.receive(answer(shop, "Another matter: my kettle sings."))
    page = enter("ben", java_script_enabled=False).open(f"{ticket}/more")
    page.get_by_role("link", name="Split or move a message").click()
    page.get_by_role("link", name="my kettle sings").click()
    page.get_by_role("button", name="Split off as a new ticket").click()
    page.wait_for_url(f"**{ticket}")
    assert [row.number for row in shop.rows(Ticket)] == [1, 2]
