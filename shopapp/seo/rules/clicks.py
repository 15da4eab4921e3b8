"""P3, seldom clicked: seen where others are clicked more often."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from shopapp.seo import ctr
from shopapp.seo.rules import thresholds as at
from shopapp.seo.rules.evidence import snapshot
from shopapp.seo.rules.shapes import Brand, Figures, Finding, Kind, Rule, Table
from shopapp.seo.rules.wording import called, gain, percent


def steps_for_query(resource: str, _evidence: dict[str, Any]) -> tuple[str, ...]:
    """What to do about a query."""
    return (
        (
            f"Search Google for “{resource}” and read your result as a stranger: does it "
            "promise what was asked for?"
        ),
        (
            f"Begin the SEO title with “{resource}”, then what sets you apart; keep it under 60 "
            "characters so that nothing is cut off."
        ),
        (
            "Write the description as an answer in 80 to 155 characters, with a fact that "
            "others lack: price, delivery time, returns."
        ),
        (
            "If the result shows no price, stars or stock while others do, check the "
            "product data your theme puts into the page."
        ),
    )


def steps_for_page(_resource: str, _evidence: dict[str, Any]) -> tuple[str, ...]:
    """What to do about a page."""
    return (
        (
            "Open the page’s SEO fields in Shopify. Is the title a name only you know? Say "
            "what the page offers, in the words people search for, in under 60 characters."
        ),
        (
            "Write a description of 80 to 155 characters with a fact that others lack: "
            "price, delivery time, returns."
        ),
        (
            "Look in Search Console which queries show this page. If most of them ask for "
            "something else, it is the page that needs a section, not the title."
        ),
    )


def _finder(key: str) -> Callable[[Table, Brand], list[Finding] | None]:
    def find(table: Table, brand: Brand) -> list[Finding] | None:
        """Rows with significantly fewer clicks than the shop's own curve expects."""
        if not table.is_enough:
            return None
        curve = table.curve(brand)
        return [
            _finding(_OF[key], table, row, curve)
            for row in table.judged(brand)
            if _is_seldom_clicked(row, curve)
        ]

    return find


def _is_seldom_clicked(row: Figures, curve: ctr.Curve) -> bool:
    return (
        row.impressions >= at.LOW_IMPRESSIONS
        and row.position <= ctr.DEEPEST
        and ctr.z_score(row.point, curve.at(row.position)) < at.LOW_Z
        and ctr.shortfall(row.point, curve)[1] >= at.LOW_GAIN
    )


def _finding(rule: Rule, table: Table, row: Figures, curve: ctr.Curve) -> Finding:
    low, high = (each * table.a_month for each in ctr.shortfall(row.point, curve))
    name = called(row.name, rule.kind)
    usual = percent(curve.at(row.position))
    return Finding(
        rule,
        row.name,
        f"{name} is seldom clicked",
        f"At position {row.position:.1f} your shop is usually clicked by {usual} of those who see "
        f"it; {name} by {percent(row.point.rate)}. That is {gain(low, high)} clicks a month less "
        "than it could have.",
        share=(low + high) / 2 / table.a_month / max(table.clicks, 1),
        gain=(low, high),
        evidence=snapshot(table, row, curve)
        | {"z": round(ctr.z_score(row.point, curve.at(row.position)), 2)},
    )


def _rule(key: str, label: str, kind: Kind) -> Rule:
    steps = steps_for_query if kind == "query" else steps_for_page
    return Rule(key, 1, label, kind, "quick-win", "low", _finder(key), steps)


OF_QUERIES = _rule("low-ctr", "Seldom clicked", "query")
OF_PAGES = _rule("low-ctr-page", "Page seldom clicked", "page")
_OF = {each.key: each for each in (OF_QUERIES, OF_PAGES)}
