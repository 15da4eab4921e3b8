"""Search insights in a browser: from an export to a resolved insight, by mouse and by keyboard."""

from __future__ import annotations

from playwright.sync_api import expect

from shopapp.seo.actions.checking import check
from shopapp.seo.importing import PAGES, QUERIES
from shopapp.seo.models import InsightStatus, SeoInsight
from tests.browser.look import flaws
from tests.browser.person import Person
from tests.browser.shop import Shop

HEAD = ",Clicks,Impressions,CTR,Position\n"
TABLE = f"""Top queries{HEAD}loose leaf tea,220,2000,11%,3
green tea,9,1000,0.9%,11
white tea,9,1100,0.82%,11
"""
SPLIT = f"""Top pages{HEAD}https://tea.example/a,9,900,1%,4
https://tea.example/a?variant=2,3,300,1%,5
"""
DAYS = {"first_day": "2026-10-25", "last_day": "2026-11-21"}
FOUND = "“green tea” stands at position 11.0"


def bring(shop: Shop) -> None:
    """Import the export and check it, as the jobs do."""
    with shop.session() as session:
        for importer, text in ((QUERIES, TABLE), (PAGES, SPLIT)):
            importer.run(session, text.encode(), DAYS, write=True, progress=lambda _a, _b: None)
        check(session)


def states(shop: Shop) -> dict[str, InsightStatus]:
    """Each insight's state by what it is about."""
    return {str(row.resource_id): row.status for row in shop.rows(SeoInsight)}


def test_an_insight_goes_from_found_to_resolved(shop: Shop, ben: Person) -> None:
    page = ben.open(f"/{shop.handle}/seo")
    expect(page.get_by_role("link", name="Import your Search Console export")).to_be_visible()
    bring(shop)
    page.reload()
    assert flaws(page) == []
    page.get_by_role("link", name=FOUND).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(FOUND)
    assert flaws(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#insight-head")).to_contain_text("In progress")
    page.get_by_label("Note", exact=True).fill("The title is being written.")
    page.get_by_role("button", name="Add note").click()
    expect(page.locator(".timeline")).to_contain_text("The title is being written.")
    page.locator("#resolve-button").click()
    page.get_by_label("What was done (optional)").fill("New title is online.")
    page.locator("#resolving").get_by_role("button", name="Resolve").click()
    expect(page.locator("#insight-head")).to_contain_text("Resolved")
    assert states(shop)["green tea"] is InsightStatus.RESOLVED
    page.locator("#toasts").get_by_role("button", name="Undo").last.click()
    expect(page.locator("#insight-head")).to_contain_text("In progress")


def test_the_list_is_worked_by_the_keyboard(shop: Shop, ben: Person) -> None:
    bring(shop)
    page = ben.open(f"/{shop.handle}/seo")
    expect(page.locator("[data-row]")).not_to_have_count(0)
    rows = page.locator("[data-row]").count()
    page.keyboard.press("j")
    page.keyboard.press("e")
    expect(page.locator("#toasts")).to_contain_text("1 insight resolved")
    expect(page.locator("[data-row]")).to_have_count(rows - 1)
    assert list(states(shop).values()).count(InsightStatus.RESOLVED) == 1
    page.locator("#toasts").get_by_role("button", name="Undo").last.click()
    expect(page.locator("[data-row]")).to_have_count(rows)


def test_the_tables_are_sorted_and_narrowed(shop: Shop, ben: Person) -> None:
    bring(shop)
    page = ben.open(f"/{shop.handle}/seo/keywords")
    assert flaws(page) == []
    page.set_viewport_size({"width": 1280, "height": 800})
    page.get_by_role("columnheader", name="Impressions").get_by_role("link").click()
    expect(page.locator("tbody th").first).to_have_text("loose leaf tea")
    page.get_by_label("Filter keywords").fill("white")
    page.keyboard.press("Enter")
    expect(page.locator("tbody th")).to_have_text(["white tea"])


def test_two_people_do_not_undo_each_other_unseen(shop: Shop, ben: Person) -> None:
    bring(shop)
    page = ben.open(f"/{shop.handle}/seo")
    page.get_by_role("link", name=FOUND).click()
    expect(page.get_by_role("button", name="Start")).to_be_visible()
    with shop.session() as session:
        for row in session.query(SeoInsight):
            row.category = "content, looked at again"
    ben.watch.expected.add(409)
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#clash")).to_contain_text("You wanted to")
    page.get_by_role("button", name="Do it anyway").click()
    expect(page.locator("#insight-head")).to_contain_text("In progress")
