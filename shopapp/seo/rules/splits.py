"""P5, split addresses: one page that Google knows under several spellings."""

from __future__ import annotations

from typing import Any

from shopapp.seo import urls
from shopapp.seo.rules import thresholds as at
from shopapp.seo.rules.evidence import figures
from shopapp.seo.rules.shapes import Brand, Figures, Finding, Rule, Table

NAMES = {
    "insecure": "http instead of https",
    "www": "with and without www",
    "slash": "closing slash",
    "variant": "variant in the address",
    "collection": "address below a collection",
    "tracking": "tracking parameters",
    "fragment": "link to a place on the page",
}
_CURES = {
    "insecure": (
        "Turn on “Redirect all traffic to this domain” under Settings, Domains in Shopify, so "
        "that http leads to https."
    ),
    "www": (
        "Choose one primary domain in Shopify, with or without www, and redirect the other to it."
    ),
    "slash": "Link to the page without a closing slash, in menus, texts and mails.",
    "variant": (
        "Check that the page’s canonical link names the product without ?variant=, and link to "
        "the plain address in menus and texts."
    ),
    "collection": (
        "In the theme, link to products by their own address (product.url without “within”), so "
        "that collections do not make addresses of their own."
    ),
    "tracking": (
        "Take parameters out of links inside the shop, and check that the canonical link has "
        "none. srsltid comes from the automatic tagging of Google Merchant Center, where it can "
        "be turned off."
    ),
}


def find(table: Table, _brand: Brand) -> list[Finding] | None:
    """Pages with at least 100 impressions, and 5 %, on other spellings than the plainest one."""
    return [
        _finding(table, page, rows)
        for page, rows in zip(table.merged, table.spellings.values(), strict=True)
        if _is_split(page, rows)
    ]


def steps(_resource: str, evidence: dict[str, Any]) -> tuple[str, ...]:
    """What to do about it, by the spellings that were found."""
    cures = [_CURES[name] for name in evidence.get("traits", ()) if name in _CURES]
    last = (
        "After a few weeks only the plain address should show in Search Console. Ask Google to "
        "index it there."
    )
    return (*cures, last)


RULE = Rule("split-addresses", 1, "Split addresses", "page", "technical", "medium", find, steps)


def _strays(page: Figures, rows: list[Figures]) -> list[Figures]:
    """The other spellings; a link to a heading is Google's own doing and no split."""
    return [
        row
        for row in rows
        if row.name != page.name and urls.read(row.name).traits - {"fragment"} != _plain(page)
    ]


def _plain(page: Figures) -> frozenset[str]:
    return urls.read(page.name).traits - {"fragment"}


def _is_split(page: Figures, rows: list[Figures]) -> bool:
    astray = sum(row.impressions for row in _strays(page, rows))
    return astray >= at.SPLIT_IMPRESSIONS and astray >= page.impressions * at.SPLIT_SHARE


def _finding(table: Table, page: Figures, rows: list[Figures]) -> Finding:
    strays = _strays(page, rows)
    traits = {trait for row in strays for trait in urls.read(row.name).traits ^ _plain(page)}
    named = [name for name in NAMES if name in traits and name != "fragment"]
    astray = sum(row.impressions for row in strays)
    count = len(strays) + 1
    return Finding(
        RULE,
        page.name,
        f"{urls.path_of(page.name)} is split over {count} addresses",
        f"Google shows this page under {count} addresses: {astray:,} of {page.impressions:,} "
        f"impressions went to other spellings than the plain one "
        f"({', '.join(NAMES[name] for name in named)}). Their weight does not add up.",
        share=sum(row.clicks for row in strays) / max(table.clicks, 1),
        gain=None,
        evidence=figures(table, page)
        | {
            "traits": named,
            "stray_impressions": astray,
            "spellings": [
                [row.name, row.clicks, row.impressions, round(row.position, 2)] for row in rows[:12]
            ],
        },
    )
