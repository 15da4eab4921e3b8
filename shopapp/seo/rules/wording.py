"""Numbers in the rules' sentences."""

from __future__ import annotations

from shopapp.seo import urls


def percent(rate: float) -> str:
    """'1.8 %', '0.04 %'."""
    shown = rate * 100
    return f"{shown:.2f} %" if 0 < shown < 0.1 else f"{shown:.1f} %"


def gain(low: float, high: float) -> str:
    """'12 to 40', 'up to 3', 'about 5': clicks, rounded."""
    first, last = round(low), round(high)
    if last < 1:
        return "less than 1"
    if first == last:
        return f"about {last:,}"
    return f"{first:,} to {last:,}" if first else f"up to {last:,}"


def called(resource: str, kind: str) -> str:
    """A query in quotes, or a page by its path."""
    return f"“{resource}”" if kind == "query" else urls.path_of(resource)
