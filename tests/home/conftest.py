"""Fixtures of Today: Harbor with things that wait."""

from __future__ import annotations

from tests.home.counter import Counter, counter

__all__ = ["Counter", "counter"]
