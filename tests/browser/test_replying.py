"""The main job in a browser: the draft is edited, saved, approved, taken back, and arrives."""

from __future__ import annotations

import re

from playwright.sync_api import expect

from shopapp.mail.models import OutboundMail, OutboundState
from tests.browser.conftest import Enter
from tests.browser.person import Person
from tests.browser.shop import Shop, words
from tests.browser.site import until

EDITED = "Hi Nils,\n\nit swims past Greenland and looks well."


def test_an_edited_draft_is_saved_taken_back_and_sent(shop: Shop, ben: Person) -> None:
    shop.set_limits(undo_seconds=60)
    shop.receive()
    page = ben.open(shop.inbox)
    page.get_by_role("link", name="Where is my parcel?").click()
    expect(ben.text).to_have_value(re.compile("SNAIL1"))
    ben.write(EDITED)
    page.reload()
    expect(ben.text).to_have_value(EDITED)
    ben.composer.locator("summary", has_text="Show changes").click()
    expect(page.locator("#changes ins").first).to_be_visible()
    expect(page.locator("#changes ins").filter(has_text="Greenland")).to_have_count(1)
    expect(page.locator("#changes del").filter(has_text="SNAIL1")).to_have_count(1)
    ben.send()
    ben.shows("Sending in", shop.address("nils"))
    page.get_by_role("button", name="Undo").click()
    expect(ben.text).to_have_value(EDITED)
    expect(page.locator("#toasts")).to_contain_text("Not sent. Your text is back.")
    expect(ben.text).to_be_focused()
    shop.set_limits(undo_seconds=2)
    ben.send()
    ben.shows("Sending in")
    ben.shows("Sent")
    (mail,) = shop.arrived()
    assert mail.recipients == (shop.address("nils"),)
    assert EDITED in words(mail)
    expect(page.locator("#thread")).to_contain_text("Greenland")


def test_the_main_job_works_without_javascript(shop: Shop, enter: Enter) -> None:
    shop.set_limits(undo_seconds=60)
    (ticket,) = shop.receive()
    ben = enter("ben", java_script_enabled=False)
    page = ben.open(shop.inbox)
    page.get_by_role("link", name="Where is my parcel?").click()
    ben.text.fill(EDITED)
    page.get_by_role("button", name="Save").click()
    expect(ben.text).to_have_value(EDITED)
    page.reload()
    expect(ben.text).to_have_value(EDITED)
    ben.composer.locator("summary", has_text="Show changes").click()
    page.get_by_role("link", name="See what was changed").click()
    expect(page.locator("ins").filter(has_text="Greenland")).to_have_count(1)
    page.get_by_role("main").get_by_role("link", name="Where is my parcel?").click()
    ben.send()
    ben.shows("Sending in")
    page.get_by_role("button", name="Undo").click()
    expect(ben.text).to_have_value(EDITED)
    shop.set_limits(undo_seconds=0)
    ben.send()
    (mail,) = shop.arrived()
    assert EDITED in words(mail)
    until(lambda: shop.rows(OutboundMail)[-1].state is OutboundState.SENT)
    ben.open(ticket)
    ben.shows("Sent")


def test_recipients_and_files_have_a_page_that_is_open_on_a_phone(shop: Shop, enter: Enter) -> None:
    (path,) = shop.receive()
    ben = enter("ben", java_script_enabled=False, viewport={"width": 390, "height": 844})
    page = ben.open(f"{path}/reply/options")
    expect(page.get_by_label("To", exact=True)).to_be_visible()
    expect(page.get_by_role("heading", name="To, files, later").first).to_be_in_viewport()
