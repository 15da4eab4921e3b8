"""The palette finds what the person may open, exact matches first, in one statement a kind."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from flask import Flask
from sqlalchemy import Engine, event, select

from shopapp.catalog.models import Location, Order, Product, Variant
from shopapp.db import Session
from shopapp.home.queries import palette
from shopapp.home.views.palette import KINDS
from shopapp.inbox.models import Ticket
from shopapp.purchasing.models import PurchaseOrder, Vendor
from shopapp.seo.models import InsightLane, InsightSeverity, SeoInsight
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.inbox.reading import PARTIAL

URL = "/harbor/palette"


@pytest.fixture
def harbor(store_session: OpenStore) -> Session:
    """Harbor with a vendor, an order to it, an insight, and a second product."""
    session = store_session("harbor")
    place = Location(shopify_id="all", name="All", is_all=True)
    vendor = Vendor(name="Leaf & Twig", currency="EUR")
    session.add_all([place, vendor, _insight("Oolong: many see it, few click")])
    session.flush()
    for number in ("PO-2026-0001", None):
        bought = PurchaseOrder(location_id=place.id, vendor_id=vendor.id, currency="EUR")
        bought.number = number
        session.add(bought)
    product = Product(shopify_id="101", handle="oolong", title="Oolong of the Harbor")
    session.add(Variant(product=product, shopify_id="201", title="50 g", sku="OOLONG-50"))
    session.commit()
    return session


def _insight(title: str) -> SeoInsight:
    return SeoInsight(
        rule="low_ctr",
        rule_version=1,
        fingerprint=title,
        title=title,
        severity=InsightSeverity.WARNING,
        lane=InsightLane.NOW,
        category="content",
        resource_type="query",
        detected_at=cast.NOON,
    )


def titles(hits: object) -> list[str]:
    return [hit.title for hit in hits]  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("1", ["Where is my tea?"]),
        ("#2", ["A leaf in the parcel"]),
        ("leaf parcel", ["A leaf in the parcel"]),
        ("NILS", ["Where is my tea?"]),
        ("mona@mail.example", ["A leaf in the parcel"]),
        ("mail.example", []),
        ("tent", []),
        ("100%", []),
    ],
)
def test_tickets_by_number_subject_and_customer(
    harbor: Session, words: str, found: list[str]
) -> None:
    assert titles(palette.tickets(harbor, words)) == found


@pytest.mark.parametrize("words", ["#1001", "1001", "nils@mail.example"])
def test_an_order_by_its_name_and_its_address(harbor: Session, words: str) -> None:
    (hit,) = palette.orders(harbor, words)
    assert hit.title == "Order #1001"
    assert hit.is_exact


def test_a_variant_by_its_sku_and_its_product(harbor: Session) -> None:
    exact, *_ = palette.variants(harbor, "oolong-50")
    assert exact.is_exact
    assert exact.at == {"q": "OOLONG-50"}
    assert titles(palette.variants(harbor, "harbor oolong")) == ["Oolong of the Harbor 50 g"]


def test_insights_and_purchase_orders_by_their_words(harbor: Session) -> None:
    assert titles(palette.insights(harbor, "oolong click")) == ["Oolong: many see it, few click"]
    number, *others = palette.purchase_orders(harbor, "po-2026-0001")
    assert (number.title, number.is_exact, others) == ("PO-2026-0001 · Leaf & Twig", True, [])
    assert len(palette.purchase_orders(harbor, "twig")) == 2


def test_the_exact_one_comes_before_newer_ones_that_only_contain_it(harbor: Session) -> None:
    for number in range(palette.MOST + 2):
        harbor.add(_order(f"{number} of #1001", days=number))
    harbor.flush()
    hits = palette.orders(harbor, "#1001")
    assert len(hits) == palette.MOST
    assert hits[0].title == "Order #1001"
    assert [hit.is_exact for hit in hits[1:]] == [False] * (palette.MOST - 1)


def test_old_rows_are_found_by_what_is_in_an_index_alone(
    harbor: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(palette, "RECENT", 1)
    old = harbor.scalars(select(Ticket).where(Ticket.number == 1)).one()
    assert palette.tickets(harbor, "swimming") == []
    assert titles(palette.tickets(harbor, "1")) == [old.subject]
    assert titles(palette.tickets(harbor, "nils@mail.example")) == [old.subject]
    assert palette.tickets(harbor, "tea") == []


@pytest.mark.parametrize("number", range(len(KINDS)))
def test_a_kind_is_one_statement(harbor: Session, engine: Engine, number: int) -> None:
    with counted(engine) as seen:
        KINDS[number][0](harbor, "tea mona 1001")
    assert len(seen) == 1


def test_the_page_works_without_scripts(sign_in: SignIn, harbor: Session) -> None:
    page = sign_in(cast.BEN).get(URL, query_string={"q": "parcel"}).text
    assert "<form" in page
    assert "A leaf in the parcel" in page
    assert 'href="/harbor/inbox/tickets/' in page


def test_the_fragment_holds_options(sign_in: SignIn, harbor: Session) -> None:
    answer = sign_in(cast.BEN).get(URL, query_string={"q": "parcel"}, headers=PARTIAL)
    assert "<html" not in answer.text
    assert 'role="option"' in answer.text
    assert 'data-query="parcel"' in answer.text


def test_one_letter_asks_nothing_and_nonsense_says_so(sign_in: SignIn, harbor: Session) -> None:
    ben = sign_in(cast.BEN)
    assert "palette-found" in ben.get(URL, query_string={"q": "a"}, headers=PARTIAL).text
    assert 'role="option"' not in ben.get(URL, query_string={"q": "a"}, headers=PARTIAL).text
    assert "Nothing fits “zzz”" in ben.get(URL, query_string={"q": "zzz"}).text
    assert ben.get(URL, query_string={"q": "\x00%_" * 90}).status_code == 200


def test_pages_of_the_settings_are_offered_to_who_may_open_them(
    sign_in: SignIn, harbor: Session
) -> None:
    asked = {"query_string": {"q": "audit"}, "headers": PARTIAL}
    assert "Audit log" in sign_in(cast.ADA).get(URL, **asked).text
    assert "Audit log" not in sign_in(cast.BEN).get(URL, **asked).text


def test_other_stores_stay_out_of_it(sign_in: SignIn, harbor: Session, app: Flask) -> None:
    assert "Otto" not in sign_in(cast.ADA).get(URL, query_string={"q": "otto"}).text
    assert sign_in(cast.DORA).get(URL).status_code == 404


@contextmanager
def counted(engine: Engine) -> Iterator[list[str]]:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if not statement.startswith("BEGIN") and "set_config" not in statement:
            seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield seen
    event.remove(engine, "before_cursor_execute", note)


def _order(name: str, days: int) -> Order:
    return Order(
        shopify_id=name,
        name=name,
        placed_at=cast.NOON + timedelta(days=days),
        currency="EUR",
        total=Decimal(1),
        synced_at=cast.NOON,
    )
