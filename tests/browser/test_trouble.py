"""The network goes, the session ends: what was typed is still there afterwards."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.person import Person
from tests.browser.shop import Shop

TYPED = "Half a sentence that nobody"
End = Callable[[Shop, Person], None]


def new_password(shop: Shop, _ben: Person) -> None:
    shop.end_sessions("ben")


def lost_cookie(_shop: Shop, ben: Person) -> None:
    ben.page.context.clear_cookies()


def test_offline_nothing_is_sent_and_the_text_comes_through_later(shop: Shop, ben: Person) -> None:
    page = open_ticket(shop, ben)
    page.context.set_offline(True)
    expect(page.locator("#offline")).to_be_visible()
    ben.text.fill(TYPED)
    expect(page.locator("#draft-state")).to_contain_text("Not saved.")
    ben.send()
    expect(page.locator("#toasts")).to_contain_text("You’re offline.")
    expect(ben.text).to_have_value(TYPED)
    page.context.set_offline(False)
    expect(page.locator("#offline")).not_to_be_visible()
    expect(page.locator("#draft-state")).to_contain_text("Saved just now")
    page.reload()
    expect(ben.text).to_have_value(TYPED)
    assert shop.arrived(0) == []


def test_the_server_is_away_and_back(shop: Shop, ben: Person) -> None:
    page = open_ticket(shop, ben)
    page.route("**/reply", lambda route: route.abort())
    ben.watch.expected.add("ERR_FAILED")
    ben.text.fill(TYPED)
    expect(page.locator("#draft-state")).to_contain_text("Not saved.")
    page.unroute("**/reply")
    page.locator("#draft-state").get_by_role("button", name="Retry").click()
    expect(page.locator("#draft-state")).to_contain_text("Saved just now")


@pytest.mark.parametrize("end", [new_password, lost_cookie])
def test_a_session_that_ended_while_writing_leaves_the_page_and_the_text(
    shop: Shop, ben: Person, end: End
) -> None:
    page = open_ticket(shop, ben)
    end(shop, ben)
    ben.watch.expected.update((400, 401))  # the new session has another token
    ben.text.fill(TYPED)
    expect(page.locator("#draft-state")).to_contain_text("You are signed out")
    expect(ben.text).to_have_value(TYPED)
    with page.context.expect_page() as opened:
        page.locator("#draft-state").get_by_role("link", name="Sign in").click()
    elsewhere = Person(shop, opened.value, ben.watch)
    elsewhere.sign_in("ben")
    page.bring_to_front()
    page.locator("#draft-state").get_by_role("button", name="Retry").click()
    expect(page.locator("#draft-state")).to_contain_text("Saved just now")
    expect(ben.text).to_have_value(TYPED)


def test_what_the_page_asks_by_itself_leads_no_one_away_from_a_text(
    shop: Shop, ben: Person
) -> None:
    page = open_ticket(shop, ben)
    lost_cookie(shop, ben)
    ben.watch.expected.add(401)
    page.evaluate("document.getElementById('pulse').dispatchEvent(new CustomEvent('pulse'))")
    expect(page.locator("#draft-state")).to_contain_text("You are signed out")
    assert "/login" not in page.url
    expect(ben.text).to_be_visible()


def test_a_send_after_the_session_ended_leads_through_sign_in_back_to_the_text(
    shop: Shop, ben: Person
) -> None:
    page = open_ticket(shop, ben)
    lost_cookie(shop, ben)
    ben.watch.expected.add(401)
    ben.text.fill(TYPED)
    ben.send()
    page.wait_for_url("**/login?next=**")
    ben.sign_in("ben")
    page.wait_for_url(f"**{shop.inbox}/tickets/*")
    expect(ben.text).to_have_value(TYPED)
    expect(page.get_by_text("Restored text that was not saved.")).to_be_visible()
    expect(page.locator("#draft-state")).to_contain_text("Saved just now")


def test_text_of_one_person_is_not_left_for_the_next(shop: Shop, ben: Person) -> None:
    page = open_ticket(shop, ben)
    page.route("**/reply", lambda route: route.abort())
    ben.watch.expected.add("ERR_FAILED")
    ben.text.fill(TYPED)
    expect(page.locator("#draft-state")).to_contain_text("Not saved.")
    page.unroute("**/reply")
    page.locator("[popovertarget=user-menu]:visible").click()
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url("**/login*")
    assert page.evaluate("Object.keys(localStorage)") == []


def open_ticket(shop: Shop, ben: Person) -> Page:
    """A ticket with everything on it loaded."""
    (ticket,) = shop.receive()
    page = ben.open(ticket)
    expect(page.locator("#sidebar")).to_contain_text("SNAIL1")
    return page
