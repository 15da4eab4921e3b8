"""Settings in a browser: switches, thresholds, the mail server, and what the audit log says."""

from __future__ import annotations

import pytest
from playwright.sync_api import Dialog, expect

from tests.browser.conftest import Enter
from tests.browser.person import Person
from tests.browser.shop import Shop


@pytest.fixture
def ada(enter: Enter) -> Person:
    """Ada, the admin."""
    return enter("ada")


def test_a_switch_is_saved_and_the_audit_log_says_who(shop: Shop, ada: Person) -> None:
    page = ada.open(f"/{shop.handle}/settings/automations")
    expect(page.get_by_role("button", name="Save automations")).not_to_be_visible()
    page.get_by_role("switch", name="Learn from approved replies").uncheck()
    page.get_by_role("button", name="Save automations").click()
    expect(page.locator("#toasts")).to_contain_text("Automations saved")
    page.reload()
    expect(page.get_by_role("switch", name="Learn from approved replies")).not_to_be_checked()
    expect(page.get_by_text("Turned off by Ada")).to_be_visible()
    page.get_by_role("link", name="Audit log").first.click()
    line = page.locator("#audit details").filter(has_text="Learn from approved replies")
    expect(line).to_contain_text("Ada")


def test_a_risky_switch_asks_first(shop: Shop, ada: Person) -> None:
    ada.watch.expected.add(422)
    page = ada.open(f"/{shop.handle}/settings/automations")
    switch = page.get_by_role("switch", name="Load remote images")
    for answer, is_on in (("Keep it off", False), ("Turn on", True)):
        switch.check()
        page.get_by_role("button", name="Save automations").click()
        asked = page.get_by_role("alertdialog")
        expect(asked).to_contain_text("Senders can see")
        asked.get_by_role("button", name=answer).click()
        expect(asked).to_have_count(0)
        page.reload()
        expect(switch).to_be_checked(checked=is_on)


@pytest.mark.parametrize("scripts", [True, False], ids=["script", "plain"])
def test_a_threshold_out_of_range_is_refused_and_everything_typed_is_kept(
    shop: Shop, enter: Enter, scripts: bool
) -> None:
    ada = enter("ada", java_script_enabled=scripts)
    ada.watch.expected.add(422)
    page = ada.open(f"/{shop.handle}/settings/thresholds")
    overdue, undo = page.get_by_label("Overdue after"), page.get_by_label("Undo window")
    overdue.fill("5000")
    undo.fill("20")
    save = page.get_by_role("button", name="Save thresholds")
    save.first.press("Enter") if not scripts else save.last.click()
    expect(page.get_by_role("alert")).to_contain_text("from 1 to 240")
    expect(overdue).to_have_value("5000")
    expect(undo).to_have_value("20")
    expect(overdue).to_have_attribute("aria-invalid", "true")
    overdue.fill("24")
    page.get_by_role("button", name="Save thresholds").last.click()
    expect(page.get_by_role("alert")).to_have_count(0)
    page.reload()
    expect(overdue).to_have_value("24")
    expect(undo).to_have_value("20")


def test_two_admins_see_each_others_change(shop: Shop, ada: Person, enter: Enter) -> None:
    url = f"/{shop.handle}/settings/thresholds"
    other = enter("ada")
    for each, hours in ((ada, "24"), (other, "36")):
        each.open(url).get_by_label("Overdue after").fill(hours)
    ada.page.get_by_role("button", name="Save thresholds").last.click()
    expect(ada.page.locator("#toasts")).to_contain_text("Thresholds saved")
    other.watch.expected.add(409)
    other.page.get_by_role("button", name="Save thresholds").last.click()
    expect(other.page.locator("#clash")).to_contain_text("24")
    other.page.get_by_role("button", name="Keep mine").click()
    expect(other.page.locator("#toasts")).to_contain_text("Thresholds saved")
    ada.page.reload()
    expect(ada.page.get_by_label("Overdue after")).to_have_value("36")


def test_the_mail_server_is_tested_then_saved(shop: Shop, ada: Person) -> None:
    page = ada.open(f"/{shop.handle}/settings/connections")
    page.get_by_label("Server", exact=True).fill("127.0.0.1")
    page.get_by_label("Port").fill("9")
    page.get_by_label("Encryption").select_option("none")
    page.get_by_label("User name").fill("harbor")
    page.get_by_label("Password", exact=True).fill("swordfish")
    ada.watch.expected.add(422)
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator("#smtp-result")).to_contain_text("The test did not pass.")
    expect(page.get_by_label("Password", exact=True)).to_have_value("swordfish")
    page.get_by_label("User name").fill("")
    page.get_by_label("Password", exact=True).fill("")
    page.get_by_label("Port").fill(str(shop.smtp.port))
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator("#smtp-result")).to_contain_text("It works.")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Mail server saved")
    expect(page.locator("#smtp")).to_contain_text("Approved replies leave through 127.0.0.1")


def test_too_many_tests_are_told_where_they_were_asked_for(shop: Shop, ada: Person) -> None:
    page = ada.open(f"/{shop.handle}/settings/connections")
    words = '<section id="smtp">Try again in 9 seconds.</section>'
    page.route("**/smtp/tests", lambda route: route.fulfill(status=429, body=words))
    ada.watch.expected.add(429)
    page.get_by_role("button", name="Test connection").click()
    expect(page.locator("#smtp")).to_have_text("Try again in 9 seconds.")


def test_leaving_with_unsaved_changes_asks(shop: Shop, ada: Person) -> None:
    page = ada.open(f"/{shop.handle}/settings/thresholds")
    page.get_by_label("Overdue after").press_sequentially("1")
    asked = []

    def stay(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    with page.expect_event("dialog"):
        page.get_by_role("link", name="Team").first.click(no_wait_after=True)
    assert asked == ["beforeunload"]
    expect(page.get_by_label("Overdue after")).to_be_visible()
