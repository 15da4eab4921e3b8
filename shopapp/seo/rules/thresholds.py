"""Every threshold of the rules, in one table."""

from __future__ import annotations

ENOUGH_IMPRESSIONS = 2_000
"""Below this in the whole range no curve is fitted: there is not enough data."""

STRIKING_FIRST, STRIKING_LAST = 4.0, 20.0
"""Striking distance: average positions, both included."""
STRIKING_IMPRESSIONS = 100
STRIKING_GAIN = 1.0
"""At least this many clicks more in the range, three places higher."""

LOW_Z = -2.33
"""Clicked too seldom: one-sided binomial test at one percent."""
LOW_IMPRESSIONS = 100
LOW_GAIN = 3.0
"""At least this many clicks missing in the range: a page with very many impressions differs from
every curve, which is no reason to rewrite it."""

SPLIT_IMPRESSIONS = 100
SPLIT_SHARE = 0.05
"""Split addresses: impressions on other spellings, and their share of the page's."""

CRITICAL_SHARE, WARNING_SHARE = 0.05, 0.01
"""Severity: the share of all clicks in the range that is at stake."""

OPENED_AT_MOST = 40
"""New insights of one rule in one check, those with most at stake first; the rest waits."""
