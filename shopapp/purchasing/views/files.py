"""An order as a file: PDF and CSV."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response

from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderStatus
from shopapp.purchasing.papers import letter, table
from shopapp.purchasing.papers.content import Paper, PaperLine
from shopapp.purchasing.queries import orders as queries
from shopapp.purchasing.views import editor, purchasing
from shopapp.web.access import EVERYONE, Scope, allow, scope

MARKS = {PurchaseOrderStatus.DRAFT: "DRAFT", PurchaseOrderStatus.CANCELLED: "CANCELLED"}


@purchasing.get("/orders/<order_id>/order.pdf")
@allow(*EVERYONE)
def order_pdf(order_id: str) -> Response:
    """The order as the vendor gets it."""
    paper = _paper(scope(), editor.load(order_id))
    return _file(letter.pdf(paper), f"{paper.file_name}.pdf", "application/pdf")


@purchasing.get("/orders/<order_id>/order.csv")
@allow(*EVERYONE)
def order_csv(order_id: str) -> Response:
    """The order's lines as a table."""
    paper = _paper(scope(), editor.load(order_id))
    return _file(table.csv(paper).encode(), f"{paper.file_name}.csv", "text/csv")


def _file(content: bytes, name: str, kind: str) -> Response:
    response = Response(content, mimetype=kind)
    safe = secure_filename(name)
    response.headers.set("Content-Disposition", "attachment", filename=safe)
    return response


def _paper(here: Scope, order: PurchaseOrder) -> Paper:
    places = {each.id: each for each in queries.locations(here.session)}
    place = places.get(order.location_id)
    vendor = order.vendor
    return Paper(
        store=here.store.name,
        number=order.number or "",
        mark=MARKS.get(order.status, ""),
        day=_day(order.approved_at or order.created_at, here.store.timezone),
        expected=order.expected_at,
        vendor=vendor.name,
        vendor_address=vendor.address,
        vendor_email=vendor.email or "",
        ship_to="" if place is None or place.is_all else place.name,
        terms=vendor.terms,
        currency=order.currency,
        shipping=order.shipping,
        notes=order.notes,
        lines=tuple(
            PaperLine(
                line.sku or "", line.vendor_sku or "", line.title, line.quantity, line.unit_cost
            )
            for line in order.lines
        ),
    )


def _day(moment: datetime, zone: str) -> date:
    return moment.astimezone(ZoneInfo(zone)).date()
