"""Weeks of concluded drafts: what the results page has to tell before anybody has worked here."""

from __future__ import annotations

from seeds.history.lots import COUNT
from seeds.history.planting import plant

__all__ = ["COUNT", "plant"]
