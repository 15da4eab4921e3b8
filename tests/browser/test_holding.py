"""On hold in a browser: every page says so, one page lists what waits and lets it go."""

from __future__ import annotations

from playwright.sync_api import expect

from shopapp.db import new_session
from shopapp.jobs import quiet
from tests.browser.conftest import Enter
from tests.browser.look import flaws
from tests.browser.shop import Shop
from tests.browser.site import Site


def test_an_admin_is_led_to_what_waits_and_lets_it_go(site: Site, shop: Shop, enter: Enter) -> None:
    with site.app.app_context(), new_session() as session:
        quiet.quiesce(session, "It was restored from a backup.")
        session.commit()
    page = enter("ada").open(f"/{shop.handle}/inbox")
    banner = page.locator("#quiet")
    expect(banner).to_contain_text("on hold")
    banner.get_by_role("link", name="Look").click()
    expect(page.get_by_text("It was restored from a backup.")).to_be_visible()
    assert flaws(page) == []
    page.get_by_role("button", name="Resume").click()
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("every store")
    asked.get_by_role("button", name="Resume").click()
    expect(page.get_by_role("heading", name="Nothing is on hold")).to_be_visible()
    expect(page.locator("#quiet")).to_have_count(0)
