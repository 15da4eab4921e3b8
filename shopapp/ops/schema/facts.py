"""A schema as facts, name → definition, read from the catalogue of SQLite or PostgreSQL.

PostgreSQL's catalogue is asked instead of pg_dump: it is there in every version and place, and
its answers have names. Left out is what belongs to the place: extensions, grants on schemas, and
what `shopapp db roles` makes for its roles (see grants.py).
"""

# ruff: noqa: S608 - what is put into these queries are the names of our own tables
from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import Connection

from shopapp.ops.schema import runs

Facts = dict[str, str]

SHADOW_MARK = "shopapp_shadow"
_BOOKKEEPING = ("alembic_version", runs.NAME, SHADOW_MARK)
_MINE = "nspname = current_schema()"
_OURS = f"relname NOT IN {_BOOKKEEPING} AND {_MINE}"

_IN_POSTGRESQL = (
    f"""SELECT 'table ' || relname, 'row-level security ' || CASE
            WHEN relrowsecurity AND relforcerowsecurity THEN 'forced'
            WHEN relrowsecurity THEN 'on' ELSE 'off' END
        FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE relkind IN ('r', 'p', 'f') AND {_OURS}""",
    f"""SELECT 'column ' || relname || '.' || attname,
            format_type(atttypid, atttypmod) || CASE WHEN attnotnull THEN ' not null' ELSE '' END
            || coalesce(' default ' || pg_get_expr(adbin, adrelid), '')
            || attidentity::text || attgenerated::text
            || CASE WHEN attcollation <> typcollation
               THEN ' collate ' || attcollation::regcollation::text ELSE '' END
        FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
        JOIN pg_namespace n ON n.oid = relnamespace JOIN pg_type t ON t.oid = atttypid
        LEFT JOIN pg_attrdef d ON adrelid = attrelid AND adnum = attnum
        WHERE attnum > 0 AND NOT attisdropped AND relkind IN ('r', 'p', 'f') AND {_OURS}""",
    f"""SELECT 'constraint ' || relname || '.' || conname, pg_get_constraintdef(o.oid)
        FROM pg_constraint o JOIN pg_class c ON c.oid = conrelid
        JOIN pg_namespace n ON n.oid = relnamespace WHERE {_OURS}""",
    f"""SELECT 'index ' || i.relname, pg_get_indexdef(indexrelid)
            || CASE WHEN indisvalid THEN '' ELSE ' (invalid)' END
        FROM pg_index x JOIN pg_class i ON i.oid = indexrelid JOIN pg_class c ON c.oid = indrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relname NOT IN {_BOOKKEEPING} AND {_MINE}""",
    f"""SELECT CASE relkind WHEN 'S' THEN 'sequence ' ELSE 'view ' END || relname,
            CASE relkind WHEN 'S' THEN '' ELSE pg_get_viewdef(c.oid) END
        FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
        WHERE relkind IN ('S', 'v', 'm') AND {_OURS}""",
    f"""SELECT 'function ' || p.oid::regprocedure, pg_get_functiondef(p.oid)
        FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
        WHERE prokind IN ('f', 'p') AND {_MINE} AND NOT EXISTS (
            SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')""",
    f"""SELECT 'trigger ' || relname || '.' || tgname,
            pg_get_triggerdef(t.oid) || CASE tgenabled WHEN 'O' THEN '' ELSE ' (switched)' END
        FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid
        JOIN pg_namespace n ON n.oid = relnamespace WHERE NOT tgisinternal AND {_OURS}""",
    """SELECT 'policy ' || tablename || '.' || policyname,
            concat_ws(' ', permissive, cmd, roles::text, 'using', qual, 'check', with_check)
        FROM pg_policies WHERE schemaname = current_schema() AND NOT (
            cmd = 'SELECT' AND roles <> '{public}'
            AND policyname IN (tablename || '_for_backup', tablename || '_for_search'))""",
    f"""SELECT 'rule ' || relname || '.' || rulename, pg_get_ruledef(r.oid)
        FROM pg_rewrite r JOIN pg_class c ON c.oid = ev_class
        JOIN pg_namespace n ON n.oid = relnamespace WHERE rulename <> '_RETURN' AND {_OURS}""",
    f"""SELECT 'type ' || typname, coalesce(
            (SELECT string_agg(enumlabel, ', ' ORDER BY enumsortorder)
             FROM pg_enum WHERE enumtypid = t.oid), format_type(typbasetype, typtypmod))
        FROM pg_type t JOIN pg_namespace n ON n.oid = typnamespace
        WHERE typtype IN ('e', 'd') AND {_MINE} AND NOT EXISTS (
            SELECT FROM pg_depend WHERE objid = t.oid AND deptype = 'e')""",
    f"""SELECT 'grant on ' || what || ' to PUBLIC',
            string_agg(privilege_type, ', ' ORDER BY privilege_type)
        FROM (
            SELECT 'table ' || relname AS what, (aclexplode(relacl)).*
            FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE {_OURS}
            UNION ALL
            SELECT 'column ' || relname || '.' || attname, (aclexplode(attacl)).*
            FROM pg_attribute JOIN pg_class c ON c.oid = attrelid
            JOIN pg_namespace n ON n.oid = relnamespace WHERE {_OURS}
            UNION ALL
            SELECT 'function ' || p.oid::regprocedure,
                (aclexplode(coalesce(proacl, acldefault('f', proowner)))).*
            FROM pg_proc p JOIN pg_namespace n ON n.oid = pronamespace
            WHERE {_MINE} AND NOT EXISTS (
                SELECT FROM pg_depend WHERE objid = p.oid AND deptype = 'e')
        ) AS granted WHERE grantee = 0 GROUP BY what""",
)
_CAST_AS_ONE = re.compile(r"\(ARRAY\[([^\]]*)\]\)::text\[\]")
_CAST_EACH = re.compile(r"\(('(?:[^']|'')*')::character varying\)::text")
_IN_SQLITE = f"""SELECT type, name, sql FROM sqlite_master
    WHERE name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND tbl_name NOT IN {_BOOKKEEPING}"""


def facts(connection: Connection) -> Facts:
    """Everything the schema says, shopapp's own bookkeeping aside."""
    if connection.dialect.name == "sqlite":
        return dict(_of_sqlite(connection))
    return {
        name: _undumped(_plain(definition))
        for query in _IN_POSTGRESQL
        for name, definition in connection.exec_driver_sql(query)
    }


def _of_sqlite(connection: Connection) -> Iterator[tuple[str, str]]:
    for kind, name, sql in connection.exec_driver_sql(_IN_SQLITE):
        text = _plain(sql or "")
        if kind != "table" or text.upper().startswith("CREATE VIRTUAL"):
            yield f"{kind} {name}", text
            continue
        body, _, options = text.partition("(")[2].rpartition(")")
        yield f"table {name}", options.strip()
        yield from (_item(name, item) for item in _items(body))


def _item(table: str, text: str) -> tuple[str, str]:
    """A line of CREATE TABLE: a named constraint, a column, or a constraint without a name."""
    first, _, rest = text.partition(" ")
    if first.upper() == "CONSTRAINT":
        name, _, rest = rest.partition(" ")
        return f"constraint {table}.{name}", rest
    if first.upper().partition("(")[0] in ("PRIMARY", "FOREIGN", "UNIQUE", "CHECK"):
        return f"constraint {table}: {text}", ""
    return f"column {table}.{first}", rest


def _items(body: str) -> Iterator[str]:
    """`body` split at the commas outside of parentheses and quotes."""
    depth, start, quoted = 0, 0, False
    for place, letter in enumerate(body):
        quoted ^= letter == "'"
        depth += 0 if quoted else (letter == "(") - (letter == ")")
        if letter == "," and not depth and not quoted:
            yield body[start:place].strip()
            start = place + 1
    yield body[start:].strip()


def _plain(sql: str) -> str:
    """Without line breaks and without quotes around ordinary names."""
    return re.sub(r'"(\w+)"', r"\1", " ".join(sql.split()))


def _undumped(sql: str) -> str:
    """A list of words as before pg_dump: what it restores is cast each, not as one array."""
    as_one = _CAST_AS_ONE.sub(lambda found: f"ARRAY[{found[1]}]", sql)
    return _CAST_EACH.sub(r"\1::character varying", as_one)
