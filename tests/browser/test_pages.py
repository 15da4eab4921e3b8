"""Every page of the URL map in every scenario, looked at; a new page is looked at by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from sqlalchemy import select

from seeds.scenarios import SCENARIOS
from shopapp.accounts.models import Membership, Role, User
from shopapp.db import Session, new_session
from shopapp.inbox.models import TicketMessage
from shopapp.ops import seeding
from shopapp.purchasing.actions import mailing, ordering
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderStatus
from shopapp.purchasing.queries.orders import order as purchase_order
from shopapp.stores.models import Store
from shopapp.tenancy import bind
from tests import databases
from tests.browser.conftest import Enter
from tests.browser.look import flaws
from tests.browser.shop import PASSWORD
from tests.browser.site import Site, running
from tests.browser.watch import Watch
from tests.routes import ROWS, Route, routes

HANDLE = "harbor"
# asked for by htmx alone
FRAGMENTS = {"settings.threshold_matches", "purchasing.order_matches"}
FILES = {"inbox.message_picture"}  # needs the name of a picture that is there; tests/inbox has one
OVER = (
    "/invitations",
    "/reset",
    "/survey",
)  # pages of a link; without a good one they say that it is over
STATES = ("status", "state")
Rows = Mapping[str, list[str]]


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_every_page_reads_well_and_fits(
    scenario: str, site: Site, enter: Enter, subtests: pytest.Subtests
) -> None:
    rows = planted(site, scenario)
    visitor, admin = enter(reduced_motion="reduce"), enter(reduced_motion="reduce")
    visitor.watch.expected.add(410)
    sign_in(admin.page)
    seen = 0
    for route in routes(site.app):
        for url in urls(route, site, rows):
            with subtests.test(msg=f"{scenario}: {route}", url=url):
                who = admin if route.is_of_a_store or not route.mark.is_public else visitor
                seen += looked_at(who.page, route, url, briefly=scenario != "base")
    assert seen >= 20


def looked_at(page: Page, route: Route, url: str, *, briefly: bool) -> bool:
    """Whether the address is a page, after a look at it; it has to answer in any case."""
    answer = page.request.get(url)
    if route.rule.rule.endswith(".csv") and answer.status == 404:
        return False  # nothing was measured, so there is nothing to download
    assert answer.status == (410 if route.rule.rule.startswith(OVER) else 200)
    if not answer.headers["content-type"].startswith("text/html"):
        return False
    if route.rule.endpoint in FRAGMENTS:
        assert "<html" not in answer.text()
        return False
    page.goto(url)
    assert page.title()
    assert flaws(page, briefly=briefly) == []
    page.wait_for_load_state("networkidle")  # an answer to come could be a wrong one
    return True


def urls(route: Route, site: Site, rows: Rows) -> Iterator[str]:
    """Where a browser can be pointed at: a row's own page once for each state of such a row."""
    if route.method != "GET" or route.rule.endpoint in FILES:
        return
    names = sorted(name for name in route.rule.arguments if name in ROWS)
    known = [rows[key_of(route, name)] for name in names]
    is_own_page = len(names) == 1 and route.rule.rule.endswith(f"<{names[0]}>")
    for ids in product(*(each if is_own_page else each[:1] for each in known)):
        yield route.url(site.app, HANDLE, _named(route, dict(zip(names, ids, strict=True))))


def key_of(route: Route, name: str) -> str:
    """A purchase order's page calls its row as an order's does; replies have their own editor."""
    area = route.rule.endpoint.partition(".")[0]
    if "/editor" in route.rule.rule:
        return "editor.draft_id"
    return "purchasing.order_id" if (area, name) == ("purchasing", "order_id") else name


def _named(route: Route, ids: dict[str, str]) -> dict[str, str]:
    area = route.rule.endpoint.partition(".")[0]
    return ids | {f"{area}.{name}": value for name, value in ids.items()}


def planted(site: Site, scenario: str) -> Rows:
    """Plant the scenario; ids of the store's rows, one for each state there is, by parameter."""
    seeding.plant(site.app, scenario, password=PASSWORD, reset=True)
    models = {**ROWS, "purchasing.order_id": PurchaseOrder}
    with site.app.app_context(), new_session() as session:
        store = session.scalars(select(Store.id).where(Store.handle == HANDLE)).one()
        session.rollback()
        bind(session, store)
        found = {name: _one_a_state(session, model) for name, model in models.items()}
        return {
            **found,
            "message_id": _with_original(session),
            "editor.draft_id": _mail_to_a_vendor(session),
        }


def _with_original(session: Session) -> list[str]:
    """A message that came in as a mail."""
    came_in = TicketMessage.raw_mail_id.is_not(None)
    return list(session.scalars(select(TicketMessage.id).where(came_in).limit(1)))


def _mail_to_a_vendor(session: Session) -> list[str]:
    """A draft for the editor of all areas, where the scenario has an order to send."""
    order_id = session.scalar(
        select(PurchaseOrder.id).where(PurchaseOrder.status == PurchaseOrderStatus.DRAFT).limit(1)
    )
    order = purchase_order(session, order_id) if order_id else None
    by = session.scalars(select(User).join(Membership).where(Membership.role == Role.ADMIN)).first()
    if order is None or by is None:
        return []
    ordering.approve(session, order, by=by)
    draft = mailing.draft_mail(session, order, by=by)
    session.commit()
    return [draft.id]


def _one_a_state(session: Session, model: Any) -> list[str]:
    """The newest row of each state: that is what the lists show first."""
    state = next((getattr(model, each) for each in STATES if hasattr(model, each)), None)
    if state is None:
        return list(session.scalars(select(model.id).order_by(model.id.desc()).limit(1)))
    found = {row[1]: row[0] for row in session.execute(select(model.id, state).order_by(model.id))}
    return sorted(found.values())


def sign_in(page: Page) -> None:
    """As the demo's first admin."""
    page.goto(f"/login?next=/{HANDLE}/inbox")
    page.get_by_label("E-mail").fill(f"admin@{HANDLE}.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"**/{HANDLE}/**")


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
