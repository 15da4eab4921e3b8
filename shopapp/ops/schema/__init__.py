"""The schema's keeping: runs of migrations, a shadow to compare with, drift, baseline."""

from __future__ import annotations


class SchemaError(Exception):
    """The schema is not in a state to go on from; the message is one sentence: what to do."""
