"""Today in a browser: ten things handled by keyboard alone, two people at one row, looks."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Locator, Page, expect

from shopapp import clock
from shopapp.catalog.models import Order
from shopapp.flags.models import FlagSeverity, FlagStatus, OrderFlag
from shopapp.home.models import Postponement
from shopapp.inbox.models import Ticket
from shopapp.mail.models import OutboundMail
from shopapp.seo.models import InsightLane, InsightSeverity, InsightStatus, SeoInsight
from tests.browser.conftest import Enter
from tests.browser.look import flaws
from tests.browser.person import Person
from tests.browser.shop import Shop


@pytest.fixture
def full(shop: Shop) -> Shop:
    """Three drafts, five flags and three findings wait; nobody's reply can be taken back."""
    shop.set_limits(undo_seconds=0)
    shop.receive(*(shop.letter(subject=f"Tea {number}") for number in range(3)))
    with shop.session() as session:
        for number in range(5):
            order = Order(shopify_id=f"8{number}", name=f"#80{number}", currency="EUR")
            order.placed_at = order.synced_at = clock.now() - timedelta(days=4)
            order.total, order.fulfillment_status = Decimal(90 + number), "unfulfilled"
            session.add(order)
            session.flush()
            flag = OrderFlag(shopify_order_id=order.shopify_id, flag_type="other")
            flag.order_id, flag.severity = order.id, FlagSeverity.WARNING
            flag.evidence, flag.raised_by_id = {}, None
            session.add(flag)
        session.add_all(_finding(number) for number in range(3))
    return shop


def test_ten_things_are_handled_by_keyboard_alone(full: Shop, ben: Person) -> None:
    page = today(ben)
    expect(rows(page)).to_have_count(11)
    page.keyboard.press("j")
    for left in range(10, 0, -1):
        expect(page.locator("[data-row]:focus")).to_have_count(1)
        if page.locator("li:focus-within [id$='-do']").inner_text() == "Review draft":
            page.keyboard.press("e")
            expect(page.locator("li:focus-within .reply")).to_be_visible()
        page.keyboard.press("e")
        expect(rows(page)).to_have_count(left)
    expect(page.locator("#today-head")).to_contain_text("10 handled today")
    done = [
        *(each for each in full.rows(OrderFlag) if each.status is FlagStatus.RESOLVED),
        *(each for each in full.rows(SeoInsight) if each.status is InsightStatus.IN_PROGRESS),
        *full.rows(OutboundMail),
    ]
    assert len(done) == 10


def test_the_last_row_leaves_an_empty_list(shop: Shop, ben: Person) -> None:
    shop.receive()
    page = today(ben)
    page.keyboard.press("j")
    page.keyboard.press("z")
    expect(page.get_by_role("button", name="Tomorrow morning")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#decisions")).to_contain_text("Nothing needs you")
    expect(page.locator("#toasts")).to_contain_text("Back in 3 days")
    page.locator("#toasts").get_by_role("button", name="Undo").click()
    expect(rows(page)).to_have_count(1)
    assert shop.rows(Postponement) == []


def test_a_takes_it(full: Shop, ben: Person) -> None:
    page = today(ben, "?kind=tickets")
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator("li:focus-within [title='Ben']")).to_be_visible()
    assert [each.assignee_id for each in full.rows(Ticket)].count(None) == 2


def test_o_opens_the_row(full: Shop, ben: Person) -> None:
    page = today(ben, "?kind=tickets")
    page.keyboard.press("j")
    page.keyboard.press("o")
    expect(page.locator("#composer")).to_be_visible()


def test_who_comes_second_is_told_and_the_row_leaves(full: Shop, ben: Person, enter: Enter) -> None:
    page, ada = today(ben, "?kind=orders"), enter("ada")
    other = today(ada, "?kind=orders")
    first = other.locator(".decision").first
    first.get_by_role("button", name="Resolve").click()
    expect(rows(other)).to_have_count(4)
    ben.watch.expected.add(409)
    page.locator(".decision").first.get_by_role("button", name="Resolve").click()
    expect(page.locator(".settled")).to_contain_text("dealt with this already")
    expect(rows(page)).to_have_count(4)


def test_without_javascript_forms_do_the_same(full: Shop, enter: Enter) -> None:
    ben = enter("ben", java_script_enabled=False)
    page = today(ben, "?kind=tickets")
    page.get_by_role("link", name="Review draft").first.click()
    page.get_by_role("button", name="Approve and send").click()
    expect(page.get_by_text("approved", exact=False).first).to_be_visible()
    expect(rows(page)).to_have_count(10)


def test_it_looks_well(full: Shop, ben: Person) -> None:
    page = today(ben)
    page.keyboard.press("j")
    while page.locator("li:focus-within [id$='-do']").inner_text() != "Review draft":
        page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.locator("li:focus-within .reply")).to_be_visible()
    assert flaws(page) == []


def today(person: Person, query: str = "") -> Page:
    return person.open(f"/{person.shop.handle}/{query}")


def rows(page: Page) -> Locator:
    return page.locator("#decisions [data-row]")


def _finding(number: int) -> SeoInsight:
    return SeoInsight(
        rule="striking",
        rule_version=1,
        fingerprint=f"page {number}",
        title=f"“tea {number}” stands at 11",
        severity=InsightSeverity.WARNING,
        lane=InsightLane.NOW,
        category="content",
        resource_type="page",
        impact_low=20.0,
        impact_high=40.0,
        impact_unit="clicks a month",
        detected_at=clock.now(),
    )
