"""Made once in a process, as in production, although each test has an app and an engine of its own.

Templates, URL rules and SQL: what they are compiled to does not depend on the app they are for.
"""

from __future__ import annotations

import gc
from types import CodeType
from typing import Any

from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import Engine, util
from sqlalchemy.dialects.postgresql.psycopg import PGDialect_psycopg
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite

from shopapp.web import routing

STATEMENTS = 5000


class Templates(BytecodeCache):
    """Templates as the first app compiled them."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self.kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self.kept[bucket.key, bucket.checksum] = bucket.code


TEMPLATES = Templates()


class Rule(routing.Rule):
    """A URL rule as it was parsed for the first app."""

    kept: dict[tuple[object, ...], dict[str, Any]] = {}

    def compile(self) -> None:
        before = self.kept.get(name := (self.rule, self.subdomain, self.host, repr(self.defaults)))
        if before is None:
            super().compile()
            before = {each: vars(self)[each] for each in ("_parts", "_trace", "_converters")}
            self.kept[name] = before | {"arguments": self.arguments}
        else:
            vars(self).update(before)
            self._build = self._compile_builder(False).__get__(self)
            self._build_unknown = self._compile_builder(True).__get__(self)


def pytest_configure() -> None:
    """Let all apps use the rules the first one parsed, and all engines what one compiled."""
    routing.Rule = Rule  # type: ignore[misc]
    for dialect in (SQLiteDialect_pysqlite, PGDialect_psycopg):
        _share(dialect, util.LRUCache(STATEMENTS))


def pytest_collection_finish() -> None:
    """Spare the garbage collector what stays to the end anyway: modules, mappings, tests."""
    gc.collect()
    gc.freeze()


def _share(dialect: Any, compiled: util.LRUCache[Any, Any]) -> None:
    """SQLAlchemy looks statements up by dialect: those of one class have to be the same."""

    def created(engine: Engine) -> None:
        engine._compiled_cache = compiled

    dialect.engine_created = created
    dialect.__eq__ = lambda one, other: type(one) is type(other)
    dialect.__hash__ = lambda one: hash(type(one))
