"""The page an insight is about, as its title's draft needs it."""

from __future__ import annotations

import re

from sqlalchemy import select

from shopapp.catalog.models import Product
from shopapp.db import Session
from shopapp.drafts.words import terms
from shopapp.seo.models import SearchMetric, SeoInsight
from shopapp.seo.queries import insights, metrics
from shopapp.seo.titles import Page
from shopapp.stores.models import Store
from shopapp.tenancy import store_of

QUERIES = 200
_MARKUP = re.compile(r"<[^>]*>")


def product(session: Session, row: SeoInsight) -> Product | None:
    """The product of the insight's page; for a query the one whose name has most of its words."""
    if row.resource_type == "page":
        return insights.product(session, row)
    wanted = set(terms(row.resource_id or ""))
    names = session.execute(select(Product.id, Product.title).where(Product.status == "active"))
    ranked = [(len(wanted & set(terms(name))), -len(name), key) for key, name in names]
    best = max(ranked, default=(0, 0, ""))
    return session.get(Product, best[2]) if 2 * best[0] > len(wanted) else None


def page(session: Session, row: SeoInsight) -> Page | None:
    """What may be said of the page, and what people search for; None without a product."""
    found = product(session, row)
    if found is None:
        return None
    store = session.scalars(select(Store).where(Store.id == store_of(session))).one()
    body = session.scalar(select(Product.body_html).where(Product.id == found.id)) or ""
    about = (found.product_type, found.vendor_name, *(found.tags or ()), _MARKUP.sub(" ", body))
    return Page(
        found.title,
        found.seo_title or "",
        " ".join(filter(None, about)),
        store.name,
        _queries(session, row, found.title),
    )


def _queries(session: Session, row: SeoInsight, name: str) -> tuple[str, ...]:
    """The insight's own query, then the most seen ones that share a word with the product."""
    own = (row.resource_id or "",) if row.resource_type == "query" else ()
    ranges = metrics.ranges(session, "query")
    if not ranges:
        return own
    seen = select(SearchMetric.query).where(*metrics.of_range("query", ranges[0], ranges[0].source))
    most = session.scalars(seen.order_by(SearchMetric.impressions.desc()).limit(QUERIES))
    shared = [each for each in most if set(terms(each)) & set(terms(name))]
    return tuple(dict.fromkeys((*own, *shared)))[:12]
