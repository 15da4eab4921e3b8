"""The rules: figures of a range in, findings out; pure, each with its version."""

from __future__ import annotations

from shopapp.seo.rules import clicks, splits, striking
from shopapp.seo.rules.shapes import Brand, Figures, Finding, Rule, Table

__all__ = ["ALL", "Brand", "Figures", "Finding", "Rule", "Table", "find", "rule"]

ALL: tuple[Rule, ...] = (striking.RULE, clicks.OF_QUERIES, clicks.OF_PAGES, splits.RULE)
_BY_KEY = {each.key: each for each in ALL}


def find(table: Table, brand: Brand) -> dict[str, list[Finding] | None]:
    """What each rule finds in `table`, by the rule's key; None where the data are too few."""
    return {each.key: each.find(table, brand) for each in ALL if each.kind == table.kind}


def rule(key: str) -> Rule | None:
    """The rule called `key`; None for one this version does not know."""
    return _BY_KEY.get(key)
