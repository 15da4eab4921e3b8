"""What the rules read and write: a table of figures, brand words, findings."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, Literal

from shopapp.seo import urls
from shopapp.seo.ctr import Curve, Point, fitted
from shopapp.seo.rules import thresholds

Kind = Literal["query", "page"]
Effort = Literal["low", "medium", "high"]
MONTH = 30
CERTAIN = 6  # letters of a name that is not found inside other words by chance


@dataclass(frozen=True, slots=True)
class Figures:
    """One query's or one page's figures in a range."""

    name: str
    clicks: int
    impressions: int
    position: float

    @property
    def point(self) -> Point:
        """The figures as the curve takes them."""
        return Point(self.position, self.clicks, self.impressions)


@dataclass(frozen=True, slots=True)
class Brand:
    """How people call the shop, lower case without spaces; a query that holds one is brand."""

    words: tuple[str, ...]

    @classmethod
    def of(cls, name: str, domain: str) -> Brand:
        """The brand of a shop by its name and its domain ('https://harbor.example')."""
        host = urls.read(domain if "//" in domain else f"//{domain}").host.removeprefix("www.")
        spellings = {
            _joined(name),
            _joined(name.replace("&", " and ")),
            _joined(host.partition(".")[0]),
        }
        return cls(tuple(sorted(word for word in spellings if len(word) > 3)))

    def named_in(self, query: str) -> bool:
        """Whether somebody who typed `query` was looking for this shop.

        A short name may be a word like any other: it counts only when it stands alone.
        """
        typed = _joined(query)
        return any(word in typed if len(word) >= CERTAIN else word == typed for word in self.words)


@dataclass(frozen=True)
class Table:
    """Every row of one kind over the days first_day to last_day, both included."""

    kind: Kind
    first_day: date
    last_day: date
    rows: Sequence[Figures]

    @property
    def a_month(self) -> float:
        """What a number of the range is multiplied by to be one of thirty days."""
        return MONTH / ((self.last_day - self.first_day).days + 1)

    @cached_property
    def clicks(self) -> int:
        """All clicks of the range's rows."""
        return sum(row.clicks for row in self.rows)

    @cached_property
    def is_enough(self) -> bool:
        """Whether there are impressions enough to fit a curve to."""
        return sum(row.impressions for row in self.rows) >= thresholds.ENOUGH_IMPRESSIONS

    def judged(self, brand: Brand) -> list[Figures]:
        """The rows a curve is made of: queries without the brand, pages (merged) without home."""
        if self.kind == "query":
            return [row for row in self.rows if not brand.named_in(row.name)]
        return [row for row in self.merged if not urls.is_home(row.name)]

    def curve(self, brand: Brand) -> Curve:
        """The shop's own curve in this range."""
        return fitted(row.point for row in self.judged(brand))

    @cached_property
    def spellings(self) -> dict[str, list[Figures]]:
        """The pages' rows by the one form of their address, the most seen spelling first."""
        found: dict[str, list[Figures]] = {}
        for row in sorted(self.rows, key=lambda row: (-row.impressions, row.name)):
            found.setdefault(urls.read(row.name).key, []).append(row)
        return found

    @cached_property
    def merged(self) -> list[Figures]:
        """The pages with the figures of all their spellings, called by the plainest of them."""
        return [_merged(rows) for rows in self.spellings.values()]


@dataclass(frozen=True)
class Finding:
    """One thing to do. `resource` is the query, or the page's address; `gain` is clicks a month
    (low, high) or None where nothing is known; `share` is of all clicks in the range."""

    rule: Rule
    resource: str
    title: str
    description: str
    share: float
    gain: tuple[float, float] | None
    evidence: dict[str, Any] = field(default_factory=dict)
    market: str = ""

    @property
    def fingerprint(self) -> str:
        """The same for the same rule, resource and market."""
        page = self.rule.kind == "page"
        said = f"{urls.read(self.resource).key if page else self.resource}\n{self.market}"
        return f"{self.rule.key}:{hashlib.sha256(said.encode()).hexdigest()[:32]}"

    @property
    def severity(self) -> Literal["critical", "warning", "notice"]:
        """By the share of clicks at stake."""
        if self.share >= thresholds.CRITICAL_SHARE:
            return "critical"
        return "warning" if self.share >= thresholds.WARNING_SHARE else "notice"

    @property
    def lane(self) -> Literal["now", "soon", "later"]:
        """Much at stake comes now; of the rest, what costs little comes before what costs more."""
        ranks = {"critical": 0, "warning": 1, "notice": 2}
        costs = {"low": 0, "medium": 1, "high": 2}
        weight = (
            0 if self.severity == "critical" else ranks[self.severity] + costs[self.rule.effort]
        )
        return "now" if weight <= 1 else "soon" if weight == 2 else "later"


@dataclass(frozen=True)
class Rule:
    """A rule: `find` gives its findings in a table of its kind, None with too few data."""

    key: str
    version: int
    label: str
    kind: Kind
    category: str
    effort: Effort
    find: Callable[[Table, Brand], list[Finding] | None]
    steps: Callable[[str, dict[str, Any]], tuple[str, ...]]


def _joined(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).casefold()
    return re.sub(r"[\W_]+", "", plain)


def _merged(rows: Sequence[Figures]) -> Figures:
    seen = sum(row.impressions for row in rows)
    places = sum(row.position * row.impressions for row in rows)
    plain = min(rows, key=lambda row: (len(urls.read(row.name).traits), -row.impressions))
    return Figures(plain.name, sum(row.clicks for row in rows), seen, places / max(seen, 1))
