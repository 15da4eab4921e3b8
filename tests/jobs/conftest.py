"""Fixtures of this room: a bare shop on each database."""

from tests.jobs.scaffold import shop

__all__ = ["shop"]
