"""Work on tickets in a browser: notes, assignment, closing, discarding, replies without a draft."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from shopapp.inbox.models import Ticket, TicketStatus
from tests.browser.conftest import Enter
from tests.browser.person import Person
from tests.browser.shop import Shop, words

ODD = "Do you know a good violin teacher near the harbour?"


def test_a_reply_is_written_where_there_is_no_draft(shop: Shop, ben: Person) -> None:
    shop.set_limits(undo_seconds=0)
    (ticket,) = shop.receive(shop.letter(ODD, name="olga", subject="Violins"))
    ben.open(ticket)
    ben.shows("So there is no draft")
    ben.write("Olga, ask the piano shop.")
    ben.send()
    ben.shows("Sent")
    (mail,) = shop.arrived()
    assert mail.recipients == (shop.address("olga"),)
    assert "ask the piano shop" in words(mail)


def test_another_reply_follows_the_first(shop: Shop, ben: Person) -> None:
    shop.set_limits(undo_seconds=0)
    (ticket,) = shop.receive()
    ben.open(ticket)
    ben.send()
    ben.shows("Sent")
    ben.page.get_by_role("link", name="Write another reply").click()
    ben.write("One more thing: it is raining.")
    ben.send()
    assert "it is raining" in words(shop.arrived(2)[1])


def test_a_draft_is_discarded_with_a_reason_and_brought_back(shop: Shop, ben: Person) -> None:
    (ticket,) = shop.receive()
    page = ben.open(ticket)
    page.get_by_role("button", name="Discard").click()
    page.get_by_role("button", name="The tone is wrong").click()
    ben.shows("Draft discarded: the tone is wrong.")
    expect(ben.text).to_have_value("")
    page.get_by_role("button", name="Bring it back").click()
    expect(ben.text).to_have_value(re.compile("SNAIL1"))


def test_a_note_is_seen_by_the_team_and_sent_to_nobody(shop: Shop, ben: Person) -> None:
    (ticket,) = shop.receive()
    page = ben.open(ticket)
    ben.composer.get_by_role("link", name="Note").click()
    page.get_by_label("Note", exact=True).fill("Nils called. He sounds wet.")
    page.get_by_role("button", name="Save note").click()
    note = page.get_by_role("article").filter(has_text="He sounds wet")
    expect(note).to_contain_text("Internal note")
    page.reload()
    expect(note).to_contain_text("Only your team sees this")
    assert shop.arrived(0) == []


def test_an_empty_note_is_refused(shop: Shop, ben: Person) -> None:
    (ticket,) = shop.receive()
    page = ben.open(f"{ticket}?compose=note")
    ben.watch.expected.add(422)
    page.get_by_role("button", name="Save note").click()
    ben.shows("Not saved yet.")


def test_a_ticket_is_given_to_a_member_and_to_nobody(shop: Shop, ben: Person) -> None:
    (ticket,) = shop.receive()
    page = ben.open(ticket)
    for who, said in (("Ada", "Assigned to Ada"), ("Nobody", "Assigned to nobody")):
        page.locator("#assign-button").click()
        page.locator("#assign").get_by_role("button", name=who).click()
        expect(page.locator("#toasts")).to_contain_text(said)
    expect(page.locator("#assign-button")).to_have_text("Assign")


def test_the_fetched_menu_is_walked_by_keys(shop: Shop, ben: Person) -> None:
    (ticket,) = shop.receive()
    page = ben.open(ticket)
    page.locator("#assign-button").press("Enter")
    menu = page.locator("#assign").get_by_role("button")
    expect(menu.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(menu.nth(1)).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator("#assign-button")).to_be_focused()


def test_a_ticket_is_given_to_a_member_without_scripts(shop: Shop, enter: Enter) -> None:
    (ticket,) = shop.receive()
    page = enter("ben", java_script_enabled=False).open(ticket)
    page.locator("#assign-button").click()
    page.get_by_role("link", name="Assign to").click()
    page.get_by_role("button", name="Ada").click()
    expect(page.locator("#assign-button")).to_have_text("Ada")


def test_a_ticket_is_closed_and_reopened(shop: Shop, ben: Person) -> None:
    (ticket,) = shop.receive()
    page = ben.open(ticket)
    page.get_by_role("button", name="Close").click()
    expect(page.locator("#ticket-head")).to_contain_text("Closed")
    page.get_by_role("button", name="Reopen").click()
    expect(page.locator("#ticket-head")).to_contain_text("Open")
    expect(page.get_by_role("button", name="Reopen")).to_have_count(0)


def test_several_tickets_are_closed_at_once(shop: Shop, ben: Person) -> None:
    shop.receive(*(shop.letter(subject=f"Tea {number}") for number in range(3)))
    page = ben.open(shop.inbox)
    for subject in ("Tea 0", "Tea 2"):
        page.get_by_role("listitem").filter(has_text=subject).get_by_role("checkbox").check()
    expect(page.get_by_role("toolbar")).to_contain_text("2 selected")
    page.get_by_role("toolbar").get_by_role("button", name="Close").click()
    expect(page.locator("#toasts")).to_contain_text("2 tickets closed")
    expect(rows(page)).to_have_text(["Tea 1"])
    closed = {each.subject for each in shop.rows(Ticket) if each.status is TicketStatus.CLOSED}
    assert closed == {"Tea 0", "Tea 2"}


def test_staff_reads_and_takes_notes_but_does_not_write(shop: Shop, ben: Person) -> None:
    (ticket,) = shop.receive()
    ben.page.context.clear_cookies()
    ben.page.goto(f"/login?next={ticket}")
    ben.sign_in("cleo")
    ben.shows("Replying needs the agent role.")
    ben.page.get_by_role("link", name="Add a note").click()
    ben.page.get_by_label("Note", exact=True).fill("I saw him at the pier.")
    ben.page.get_by_role("button", name="Save note").click()
    expect(ben.page.locator("#thread")).to_contain_text("at the pier")


def test_remote_pictures_are_shown_on_request_only(shop: Shop, ben: Person) -> None:
    (ticket,) = shop.receive(shop.rich_letter())
    page = ben.open(ticket)
    expect(page.get_by_text("Remote images are blocked")).to_be_visible()
    pictures = page.locator("#thread .body img")
    expect(pictures).to_have_count(1)
    page.route("https://pictures.example/**", lambda route: route.abort())
    ben.watch.expected.add("ERR_FAILED")
    page.get_by_role("link", name="Show images").click()
    expect(pictures).to_have_count(2)


def rows(page: Page) -> Locator:
    """The subjects of the list."""
    return page.locator("[data-row]")
