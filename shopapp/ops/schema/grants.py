"""Grants against what `shopapp db roles` gives; the shadow has no roles to compare with.

The runtime role holds exactly what it is given. Nobody else but the owner may write; who else may
read is the place's own affair, for reports and the backup.
"""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from sqlalchemy import Connection

from shopapp.config import Config
from shopapp.ops.granting import WITHHELD, WRITES

_TABLES = """
SELECT relname FROM pg_class
 WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace
"""
_HELD = """
WITH ours AS (SELECT * FROM pg_class WHERE relnamespace = current_schema()::regnamespace)
SELECT relname, pg_get_userbyid(grantee), array_agg(DISTINCT privilege_type::text)
  FROM (SELECT relname, relowner, (aclexplode(relacl)).* FROM ours
        UNION ALL
        SELECT relname || '.' || attname, relowner, (aclexplode(attacl)).*
          FROM ours JOIN pg_attribute ON attrelid = ours.oid) AS held
 WHERE grantee NOT IN (0, relowner) GROUP BY 1, 2
"""
_DOORS = """
SELECT 'policy ' || tablename || '.' || policyname, roles::text[] FROM pg_policies
 WHERE schemaname = current_schema() AND roles <> '{public}'
"""


def misgranted(connection: Connection, runtime: str | None) -> Iterator[str]:
    """One line for each grant that is missing or too much; none on SQLite."""
    if connection.dialect.name == "sqlite":
        return
    held = {(table, role): {*many} for table, role, many in connection.exec_driver_sql(_HELD)}
    for table in connection.exec_driver_sql(_TABLES).scalars() if runtime else ():
        lacking = _given(table) - held.get((table, str(runtime)), set())
        if lacking:
            yield f"missing: grant on {table} to {runtime}: {', '.join(sorted(lacking))}"
    for (table, role), many in held.items():
        spare = many - (_given(table) if role == runtime else {"SELECT"})
        if spare:
            yield f"unexpected: grant on {table} to {role}: {', '.join(sorted(spare))}"
    for policy, roles in connection.exec_driver_sql(_DOORS):
        if runtime in roles:
            yield f"unexpected: {policy} lets {runtime} past the walls"


def runtime_role(config: Config) -> str | None:
    """The role of DATABASE_URL where another one owns the tables."""
    user = urlsplit(config.sqlalchemy_url).username
    return user if user != urlsplit(config.owner_url).username else None


def _given(table: str) -> set[str]:
    return {"SELECT", *WRITES} - {*WITHHELD.get(table, ())}
