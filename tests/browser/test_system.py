"""The system's pages in a browser: retention, privacy, the studio, and the way between them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from shopapp import clock
from shopapp.connections.models import ConnectionEvent, EventStatus
from tests.browser.conftest import Enter
from tests.browser.look import flaws
from tests.browser.person import Person
from tests.browser.shop import Shop


@pytest.fixture
def ada(enter: Enter) -> Person:
    """Ada, the admin."""
    return enter("ada")


def test_a_shorter_time_shows_what_goes_and_a_second_admin_is_asked(
    shop: Shop, ada: Person, enter: Enter
) -> None:
    with shop.session() as session:
        for days in (8, 9):  # the newest of them stays in any case
            event = ConnectionEvent(integration="mail", status=EventStatus.SUCCESS, message="")
            event.created_at = clock.now() - timedelta(days=days)
            session.add(event)
    other = enter("ada")
    for each, days in ((ada, "7"), (other, "14")):
        page = each.open(f"/{shop.handle}/system/retention")
        expect(page.get_by_text("nothing goes tonight")).to_have_count(10)
        page.get_by_label("Connection checks").fill(days)
    save = "Save retention"
    ada.page.get_by_role("button", name=save).last.click()
    expect(ada.page.locator("#toasts")).to_contain_text("Retention saved")
    expect(ada.page.get_by_text("1 goes tonight")).to_be_visible()
    expect(ada.page.get_by_role("button", name=save)).not_to_be_visible()
    other.watch.expected.add(409)
    other.page.get_by_role("button", name=save).last.click()
    expect(other.page.locator("#clash")).to_contain_text("14")
    other.page.get_by_role("button", name="Take theirs").click()
    expect(other.page.get_by_label("Connection checks")).to_have_value("7")


def test_a_customer_is_found_given_out_and_removed(shop: Shop, ada: Person) -> None:
    shop.receive()
    nils = shop.address("nils")
    page = ada.open(f"/{shop.handle}/system/privacy")
    page.get_by_label("E-mail address or Shopify id").fill(nils)
    page.get_by_role("button", name="Find").click()
    expect(page.get_by_role("heading", name=f"About {nils}")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Export as ZIP").click()
    assert download.value.suggested_filename == f"{shop.handle}-customer.zip"
    ada.watch.expected.add(422)
    page.get_by_role("button", name="Redact this customer").click()
    expect(page.get_by_role("alert")).to_be_focused()
    assert flaws(page, briefly=True) == []
    page.get_by_label(f"Type {nils} to confirm").fill(nils)
    page.get_by_role("button", name="Redact this customer").click()
    expect(page.locator("#toasts")).to_contain_text("Customer redacted")
    assert nils not in page.url + page.content()
    expect(page.get_by_role("rowheader", name="Redact customer")).to_be_visible()


def test_rows_are_narrowed_followed_and_taken_along(shop: Shop, ada: Person) -> None:
    shop.receive()
    page = ada.open(f"/{shop.handle}/system/studio")
    page.get_by_role("link", name="ticket_message").click()
    page.get_by_text("Conditions").click()
    page.get_by_label("Column", exact=True).select_option("author_email")
    page.get_by_label("Value").fill(shop.address("nils"))
    page.get_by_role("button", name="Show").click()
    expect(page.get_by_text("Rows that match")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="CSV").click()
    assert download.value.suggested_filename == f"{shop.handle}-ticket_message.csv"
    page.locator("#rows tbody th a").first.click()
    page.get_by_role("link", name="ticket c").click()
    expect(page.locator("dd", has_text="Where is my parcel?").first).to_be_visible()
    page.get_by_role("link", name="by ticket_id").first.click()
    expect(page.get_by_label("Value").first).not_to_have_value("")


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "plain"])
def test_on_a_phone_one_button_leads_to_every_setting(
    shop: Shop, enter: Enter, scripts: bool
) -> None:
    ada = enter("ada", viewport={"width": 390, "height": 844}, java_script_enabled=scripts)
    page = ada.open(f"/{shop.handle}/system/jobs")
    places = page.get_by_role("navigation", name="Settings")
    expect(places).to_be_hidden()
    page.get_by_role("button", name="All settings").click()
    expect(places.get_by_role("list", name="System").get_by_role("link")).to_have_count(4)
    expect(places.get_by_role("link", name="Jobs")).to_have_attribute("aria-current", "page")
    places.get_by_role("link", name="Backups").click()
    expect(page.get_by_role("heading", name="Backups", level=1)).to_be_visible()
