"""Every page of the URL map, looked at; a new page is looked at by itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from shopapp.inbox.models import Attachment, TicketMessage
from shopapp.mail.models import RawMail
from tests import databases
from tests.browser.conftest import Enter
from tests.browser.look import flaws
from tests.browser.shop import Shop
from tests.browser.site import running
from tests.browser.watch import Watch
from tests.routes import Route, routes

FRAGMENTS = {"settings.threshold_matches"}  # asked for by htmx alone


@pytest.fixture
def ids(shop: Shop) -> dict[str, str]:
    """A row for each parameter, out of a mail that has everything."""
    ticket = shop.receive(shop.rich_letter())[-1].rpartition("/")[2]
    with shop.session() as session:
        rows = {
            "attachment_id": session.query(Attachment.id).filter_by(is_inline=False),
            "message_id": session.query(TicketMessage.id).filter_by(ticket_id=ticket),
            "raw_id": session.query(RawMail.id),
        }
        return {"ticket_id": ticket, **{name: str(row[0][0]) for name, row in rows.items()}}


def test_every_page_reads_well_and_fits(
    shop: Shop, ids: dict[str, str], enter: Enter, subtests: pytest.Subtests
) -> None:
    visitor, ada = enter(reduced_motion="reduce"), enter("ada", reduced_motion="reduce")
    seen = 0
    for route in pages(shop):
        who = ada if route.rule.endpoint != "account.sign_in" else visitor
        url = route.url(shop.site.app, shop.handle, ids)
        with subtests.test(msg=str(route)):
            answer = who.page.request.get(url)
            assert answer.status == 200
            if not answer.headers["content-type"].startswith("text/html"):
                continue
            if route.rule.endpoint in FRAGMENTS:
                assert "<html" not in answer.text()
                continue
            who.page.goto(url, wait_until="networkidle")
            assert who.page.title()
            seen += 1
            assert flaws(who.page) == []
    assert seen >= 10


def pages(shop: Shop) -> Iterator[Route]:
    """What a browser can be pointed at."""
    return (route for route in routes(shop.site.app) if route.method == "GET")


def test_the_components_page_reads_well_and_fits(
    browser: Browser, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    with (
        databases.of_dialect("sqlite", request) as made,
        made.blank() as url,
        running(tmp_path / "instance", url, "", SHOPAPP_DEV="1") as site,
    ):
        context = browser.new_context(base_url=site.url, reduced_motion="reduce")
        watch = Watch(context)
        page = context.new_page()
        page.goto("/dev/parts", wait_until="networkidle")
        assert flaws(page) == []
        context.close()
        watch.check()
