"""An order as a file: PDF and CSV."""

from __future__ import annotations

from werkzeug.utils import secure_filename
from werkzeug.wrappers import Response

from shopapp.purchasing.papers import letter, table
from shopapp.purchasing.queries import papers
from shopapp.purchasing.views import editor, purchasing
from shopapp.web.access import EVERYONE, allow, scope


@purchasing.get("/orders/<order_id>/order.pdf")
@allow(*EVERYONE)
def order_pdf(order_id: str) -> Response:
    """The order as the vendor gets it."""
    here = scope()
    paper = papers.paper(here.session, here.store, editor.load(order_id))
    return _file(letter.pdf(paper), f"{paper.file_name}.pdf", "application/pdf")


@purchasing.get("/orders/<order_id>/order.csv")
@allow(*EVERYONE)
def order_csv(order_id: str) -> Response:
    """The order's lines as a table."""
    here = scope()
    paper = papers.paper(here.session, here.store, editor.load(order_id))
    return _file(table.csv(paper).encode(), f"{paper.file_name}.csv", "text/csv")


def _file(content: bytes, name: str, kind: str) -> Response:
    response = Response(content, mimetype=kind)
    safe = secure_filename(name)
    response.headers.set("Content-Disposition", "attachment", filename=safe)
    return response
