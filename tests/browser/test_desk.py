"""Working tickets in a browser: snoozing and waking, tags by keyboard, a rule, a survey."""

from __future__ import annotations

from datetime import timedelta

from playwright.sync_api import Locator, Page, expect

from shopapp import clock
from shopapp.inbox import surveys
from shopapp.inbox.models import CsatRating, Tag, Ticket, TicketStatus
from tests.browser.conftest import Enter
from tests.browser.person import Person
from tests.browser.shop import Shop


def test_a_ticket_is_snoozed_by_key_and_brought_back_by_undo(shop: Shop, ben: Person) -> None:
    (ticket,) = shop.receive()
    page = ben.open(ticket)
    menu = opened(page)
    expect(menu.get_by_role("button", name="Later today")).to_be_focused()
    menu.get_by_role("button", name="The customer replies").click()
    expect(page.locator("#ticket-head")).to_contain_text("Snoozed")
    expect(page.locator("#thread")).to_contain_text("snoozed this until the customer replies")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(page.locator("#ticket-head")).to_contain_text("Open")
    expect(page.locator("#thread")).to_contain_text("brought this back")


def test_a_tag_is_added_by_the_keyboard_alone(shop: Shop, ben: Person) -> None:
    (ticket,) = shop.receive()
    page = ben.open(ticket)
    opened(page).get_by_label("Add a tag").focus()
    page.keyboard.type("Wholesale")
    page.keyboard.press("Enter")
    expect(page.locator("#chips")).to_contain_text("wholesale")
    assert [tag.name for tag in shop.rows(Tag)] == ["wholesale"]


def test_a_ticket_is_marked_as_spam_without_scripts(shop: Shop, enter: Enter) -> None:
    (ticket,) = shop.receive()
    page = enter("ben", java_script_enabled=False).open(f"{ticket}/work")
    page.get_by_role("button", name="Mark as spam", exact=True).click()
    expect(page.locator("#ticket-head")).to_contain_text("Spam")
    assert [row.status for row in shop.rows(Ticket)] == [TicketStatus.SPAM]


def test_a_rule_is_written_tried_and_switched_on(shop: Shop, enter: Enter) -> None:
    shop.receive(shop.letter(subject="Tea is late"), shop.letter(subject="A kettle"))
    page = enter("ada").open(f"{shop.inbox}/rules")
    page.get_by_role("button", name="New rule").click()
    page.get_by_label("Name", exact=True).fill("Late tea")
    page.get_by_role("button", name="Add a condition").click()
    page.get_by_label("Condition 1: what").select_option("subject")
    page.get_by_label("Condition 1: value").fill("late")
    page.get_by_role("button", name="Add an action").click()
    page.get_by_label("Action 1: value").fill("late")
    page.get_by_role("button", name="Save and try it").click()
    expect(page.locator("#trial")).to_contain_text("1 of 2 mails")
    expect(page.locator("#trial")).to_contain_text("Tea is late")
    page.get_by_role("button", name="Switch on").click()
    expect(page.get_by_role("row").filter(has_text="Late tea")).to_contain_text("On")
    shop.receive(shop.letter(subject="Still late"))
    assert [tag.name for tag in shop.rows(Tag)] == ["late"]


def test_a_customer_rates_us_by_a_link(shop: Shop, ben: Person) -> None:
    shop.receive()
    (row,) = shop.rows(Ticket)
    rating = CsatRating(ticket_id=row.id, asked_email=row.customer_email, asked_at=clock.now())
    rating.expires_at, rating_id = clock.now() + timedelta(days=1), rating.id
    with shop.session() as session:
        session.add(rating)
    key = shop.site.app.extensions["shopapp_keys"].thread_key
    page = ben.open(f"/survey/{surveys.token(key, row.store_id, rating_id)}?score=bad")
    expect(page.get_by_label("Not good")).to_be_checked()
    page.get_by_label("A word about it").fill("It took a week")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading")).to_have_text("Thank you")
    assert [each.comment for each in shop.rows(CsatRating)] == ["It took a week"]


def opened(page: Page) -> Locator:
    """The work menu, opened by its key."""
    page.locator("h1").focus()
    page.keyboard.press("z")
    menu = page.locator("#work")
    expect(menu.get_by_role("button", name="Later today")).to_be_visible()
    return menu
