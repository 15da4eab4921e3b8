"""The page an insight is about, as its title's draft needs it."""

from __future__ import annotations

from sqlalchemy import select

from shopapp.catalog.models import Product
from shopapp.db import Session
from shopapp.drafts.matters import PageFacts, Searched
from shopapp.drafts.reading.words import terms
from shopapp.seo.describing import words_of
from shopapp.seo.models import SearchMetric, SeoInsight
from shopapp.seo.queries import insights, metrics
from shopapp.seo.titles import Page
from shopapp.stores.models import Store
from shopapp.tenancy import store_of

QUERIES = 200
SHOWN = 12


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
    body = session.scalar(select(Product.body_html).where(Product.id == found.id)) or ""
    about = (found.product_type, found.vendor_name, *(found.tags or ()), words_of(body))
    facts = PageFacts(
        product=found.title,
        title=found.seo_title or "",
        described=" ".join(filter(None, about)),
        searched=_searched(session, row, found.title),
    )
    return Page(facts, store(session).name)


def store(session: Session) -> Store:
    """The store the session is bound to."""
    return session.scalars(select(Store).where(Store.id == store_of(session))).one()


def _searched(session: Session, row: SeoInsight, name: str) -> tuple[Searched, ...]:
    """The insight's own query, then the most seen ones that share a word with the product."""
    own = (row.resource_id or "") if row.resource_type == "query" else ""
    ranges = metrics.ranges(session, "query")
    if not ranges:
        return (Searched(own),) if own else ()
    columns = (SearchMetric.query, SearchMetric.impressions, SearchMetric.clicks)
    seen = select(*columns, SearchMetric.position).where(
        *metrics.of_range("query", ranges[0], ranges[0].source)
    )
    most = session.execute(seen.order_by(SearchMetric.impressions.desc()).limit(QUERIES))
    found = {each[0]: Searched(*each) for each in most}
    shared = [query for query in found if set(terms(query)) & set(terms(name))]
    first = [own] if own else []
    return tuple(
        found.get(each, Searched(each)) for each in list(dict.fromkeys((*first, *shared)))[:SHOWN]
    )
