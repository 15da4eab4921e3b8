"""The list of tickets as a new person works with it: choosing, searching, views, news, a phone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from shopapp.inbox.models import Priority, SavedView, Tag, Ticket, TicketStatus, TicketTag
from tests.browser.conftest import Enter
from tests.browser.person import Person
from tests.browser.shop import Shop

ASK = "document.dispatchEvent(new CustomEvent('pulse'))"


@pytest.fixture
def letters(shop: Shop) -> list[str]:
    """Four tickets; their paths, oldest first."""
    return shop.receive(*(shop.letter(subject=f"Tea {number}") for number in range(4)))


@pytest.fixture
def listed(letters: list[str], ben: Person) -> Page:
    """The list of four, newest first."""
    return ben.open(ben.shop.inbox)


def test_rows_are_chosen_by_keys_and_by_mouse(listed: Page) -> None:
    bar = listed.get_by_role("toolbar", name="Selected tickets")
    for key in "jxjjX":
        listed.keyboard.press(key)
    expect(bar).to_contain_text("3 selected")
    box(listed, "Tea 0").click()
    expect(bar).to_contain_text("4 selected")
    bar.get_by_role("button", name="Clear").click()
    expect(bar).not_to_be_visible()
    box(listed, "Tea 3").click()
    box(listed, "Tea 1").click(modifiers=["Shift"])
    expect(bar).to_contain_text("3 selected")


def test_closing_several_is_taken_back_from_the_toast(listed: Page, shop: Shop) -> None:
    choose(listed, "Tea 1", "Tea 2")
    listed.keyboard.press("e")
    toast = listed.locator("#toasts")
    expect(toast).to_contain_text("2 tickets closed")
    expect(rows(listed)).to_have_text(["Tea 3", "Tea 0"])
    toast.get_by_role("button", name="Undo").click()
    expect(toast).to_contain_text("2 tickets put back")
    expect(rows(listed)).to_have_count(4)
    assert {row.status for row in shop.rows(Ticket)} == {TicketStatus.OPEN}


def test_several_are_tagged_put_aside_and_given_away(listed: Page, shop: Shop) -> None:
    with shop.session() as session:
        session.add(Tag(name="vip"))
    for item, said in (
        ("Urgent", "2 tickets set to urgent priority"),
        ("vip", "2 tickets tagged vip"),
        ("Ada", "2 tickets assigned to Ada"),
        ("3 days", "2 tickets snoozed"),
    ):
        choose(listed, "Tea 1", "Tea 2")
        listed.get_by_role("toolbar").get_by_role("button", name="More").click()
        listed.locator("#bulk-choices").get_by_role("button", name=item).first.click()
        expect(listed.locator("#toasts")).to_contain_text(said)
    expect(rows(listed)).to_have_text(["Tea 3", "Tea 0"])
    changed = [row for row in shop.rows(Ticket) if row.status is TicketStatus.SNOOZED]
    assert [row.priority for row in changed] == [Priority.URGENT] * 2
    assert all(row.assignee_id for row in changed)
    assert len(shop.rows(TicketTag)) == 2


def test_what_was_done_is_found_under_undo_after_the_toast_is_gone(listed: Page) -> None:
    choose(listed, "Tea 1", "Tea 2")
    listed.get_by_role("toolbar").get_by_role("button", name="Spam").click()
    expect(rows(listed)).to_have_count(2)
    listed.reload()
    listed.locator("[popovertarget=undo]").click()
    listed.locator("#bulk-changes").get_by_role("button", name="2 tickets marked as spam").click()
    expect(listed.locator("#toasts")).to_contain_text("2 tickets put back")
    expect(rows(listed)).to_have_count(4)


def test_a_search_by_keyboard_marks_what_it_found(shop: Shop, ben: Person) -> None:
    shop.receive(
        shop.letter("The kettle sings in the night.", name="olga", subject="Noise"),
        shop.letter("The kettle is silent.", subject="Silence"),
    )
    page = ben.open(shop.inbox)
    search(page, "from:olga kettle")
    expect(rows(page)).to_have_text(["Noise"])
    expect(page.locator("#tickets mark")).to_have_text(["kettle"])
    expect(page).to_have_url(re.compile(r"q=from%3Aolga(\+|%20)kettle"))
    search(page, "colour:red kettle")
    expect(page.locator(".listhint")).to_contain_text("There is no “colour:”")
    page.locator("#tickets").get_by_role("link", name="Clear").first.click()
    expect(rows(page)).to_have_count(2)
    expect(page.locator("#ticket-filter")).to_have_value("")


def test_nothing_found_says_so_and_leads_back(listed: Page) -> None:
    search(listed, "walrus")
    expect(listed.get_by_role("heading", name="No tickets match")).to_be_visible()
    listed.get_by_role("link", name="Clear filters").click()
    expect(rows(listed)).to_have_count(4)


def test_filters_and_order_are_in_the_address(listed: Page, shop: Shop, enter: Enter) -> None:
    with shop.session() as session:
        session.query(Ticket).filter_by(subject="Tea 2").one().priority = Priority.HIGH
    listed.locator("[popovertarget=narrow]").click()
    expect(listed.get_by_label("Order")).to_be_focused()
    listed.get_by_label("Order").select_option(label="Waiting longest")
    listed.get_by_label("Priority").select_option("high")
    listed.get_by_role("button", name="Show").click()
    expect(rows(listed)).to_have_text(["Tea 2"])
    other = enter("ada").open(listed.url)
    expect(rows(other)).to_have_text(["Tea 2"])


def test_a_view_is_saved_opened_renamed_and_deleted(listed: Page, shop: Shop) -> None:
    search(listed, "subject:Tea")
    expect(listed).to_have_url(re.compile("q=subject"))
    listed.get_by_role("link", name="Save this view").click()
    expect(listed.get_by_label("What it shows")).to_have_value(re.compile("q=subject"))
    listed.get_by_label("Name", exact=True).fill("All the tea")
    listed.get_by_role("button", name="Save view").click()
    tab = listed.get_by_role("navigation", name="Saved views").get_by_role("link")
    expect(tab.first).to_have_text("All the tea")
    listed.goto(shop.inbox)
    tab.first.click()
    expect(listed).to_have_url(re.compile("q=subject"))
    expect(tab.first).to_have_attribute("aria-current", "page")
    listed.goto(f"{shop.inbox}/views")
    listed.get_by_label("New name of All the tea").fill("Leaves")
    listed.get_by_role("button", name="Rename").click()
    expect(listed.get_by_role("link", name="Leaves")).to_be_visible()
    listed.get_by_role("button", name="Delete").click()
    expect(listed.locator("#toasts")).to_contain_text("View deleted")
    assert shop.rows(SavedView) == []


def test_the_dot_goes_once_the_ticket_was_read(listed: Page) -> None:
    expect(listed.locator(".row.unread")).to_have_count(4)
    with listed.expect_response(re.compile("/reading$")):
        rows(listed).first.click()
    listed.go_back()
    expect(listed.locator(".row.unread")).to_have_count(3)


def test_news_wait_until_they_are_asked_for(listed: Page, shop: Shop) -> None:
    listed.locator("#ticket-filter").fill("half a wo")
    choose(listed, "Tea 1", "Tea 2")
    rows(listed).first.focus()
    listed.evaluate(ASK)  # knows from now on how the list stands
    shop.receive(shop.letter(subject="Fresh"))
    listed.evaluate(ASK)
    news = listed.locator("#news")
    expect(news).to_contain_text("1 new ticket, show")
    expect(rows(listed)).to_have_text(["Tea 3", "Tea 2", "Tea 1", "Tea 0"])
    expect(rows(listed).first).to_be_focused()
    expect(listed.get_by_role("toolbar")).to_contain_text("2 selected")
    expect(listed.locator("#ticket-filter")).to_have_value("half a wo")
    news.get_by_role("link").click()
    expect(rows(listed).first).to_have_text("Fresh")
    expect(listed.locator("#ticket-filter")).to_have_value("half a wo")
    expect(box(listed, "Tea 1")).to_be_checked()
    expect(news).to_be_empty()


def test_without_a_network_the_list_asks_nothing_and_complains_of_nothing(
    listed: Page, shop: Shop
) -> None:
    asked: list[str] = []
    listed.on("request", lambda request: asked.append(request.url))
    listed.context.set_offline(True)
    listed.evaluate(ASK)
    expect(listed.locator("#toasts")).to_be_empty()
    assert not [url for url in asked if "/pulse" in url]
    listed.context.set_offline(False)
    shop.receive(shop.letter(subject="Fresh"))
    listed.evaluate(ASK)
    expect(listed.locator("#news")).to_contain_text("1 new ticket, show")


def test_on_a_phone_a_ticket_is_two_lines_and_can_be_chosen(
    letters: list[str], enter: Enter, shop: Shop
) -> None:
    page = enter("ben", viewport={"width": 390, "height": 844}, has_touch=True).open(shop.inbox)
    expect(page.get_by_role("link", name="Save this view")).to_be_visible()
    assert page.evaluate("document.scrollingElement.scrollWidth") == 390
    tall = page.locator(".row").first.bounding_box()
    assert tall is not None
    assert tall["height"] < 70
    box(page, "Tea 1").tap()
    page.get_by_role("toolbar").get_by_role("button", name="Close").tap()
    expect(rows(page)).to_have_text(["Tea 3", "Tea 2", "Tea 0"])
    assert page.evaluate("document.scrollingElement.scrollWidth") == 390


def test_a_morning_without_a_mouse(listed: Page, letters: list[str], shop: Shop) -> None:
    for key in ("j", "j", "Enter"):
        listed.keyboard.press(key)
    listed.wait_for_url(f"**{letters[2]}*")
    for key, number in (("]", 1), ("[", 2)):
        listed.keyboard.press(key)
        listed.wait_for_url(f"**{letters[number]}*")
    listed.keyboard.press("e")
    expect(listed.locator("#ticket-head")).to_contain_text("Closed")
    listed.keyboard.press("g")
    listed.keyboard.press("i")
    expect(rows(listed)).to_have_text(["Tea 3", "Tea 1", "Tea 0"])


def rows(page: Page) -> Locator:
    """The subjects of the list."""
    return page.locator("[data-row]")


def box(page: Page, subject: str) -> Locator:
    """The checkbox of a row."""
    return page.get_by_role("listitem").filter(has_text=subject).get_by_role("checkbox")


def choose(page: Page, *subjects: str) -> None:
    """Tick the rows."""
    for subject in subjects:
        box(page, subject).check()
    expect(page.get_by_role("toolbar")).to_contain_text(f"{len(subjects)} selected")


def search(page: Page, words: str) -> None:
    """Search as somebody without a mouse."""
    page.locator("h1").focus()
    page.keyboard.press("/")
    expect(page.locator("#ticket-filter")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.type(words)
    page.keyboard.press("Enter")
