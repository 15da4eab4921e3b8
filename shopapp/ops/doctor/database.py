"""Whether the database answers, at this code's revision, with room for our connections."""

from __future__ import annotations

from sqlalchemy import func, inspect, literal, select, text

from shopapp.ops import database
from shopapp.ops.database import DatabaseNewer
from shopapp.ops.doctor.cases import Case
from shopapp.ops.doctor.findings import Finding, ok, unknown, warning, wrong
from shopapp.ops.schema import SchemaError
from shopapp.ops.schema.drift import drift as compared

_CROWDED = 0.8


def reachable(case: Case) -> Finding:
    """The database answers."""
    if case.file and not case.file.exists():
        return wrong(f"There is no database at {case.file}.", "shopapp db upgrade makes it.")
    with case.session() as session:
        session.execute(select(literal(1)))
        if not case.is_postgresql:
            version = session.scalar(select(func.sqlite_version()))
            return ok(f"SQLite {version} answers.")
        version = str(session.scalar(text("SHOW server_version"))).split()[0]
        return ok(f"PostgreSQL {version} answers.")


def revision(case: Case) -> Finding:
    """No migration is to come, and none is unknown."""
    try:
        found = database.status(case.engine)
    except DatabaseNewer as error:
        return wrong("The database was upgraded by a newer release.", f"{error}.")
    if found.failed:
        fix = f"Mend the cause, then shopapp db resolve --rolled-back {found.failed}."
        return wrong(f"Migration {found.failed} failed: {found.error}", fix)
    if found.edited:
        fix = "Put the files back, or accept them: shopapp db resolve --applied REVISION."
        return warning(f"Edited after they were applied: {', '.join(found.edited)}.", fix)
    if found.is_current:
        return ok(f"The schema is at {found.head}, as this code needs it.")
    sentence = f"The schema is at {found.current or 'nothing'}; to come: {len(found.pending)}."
    return wrong(sentence, "Run shopapp db upgrade, after a backup.")


def drift(case: Case) -> Finding:
    """The schema is what its migrations make; a page only sees to tables and columns.

    The whole comparison builds a scratch database: that is the command's.
    """
    if case.only is not None:
        return _columns(case)
    try:
        found = compared(case.config)
    except SchemaError as error:
        return unknown("The schema was not compared.", f"{error}.")
    if not found:
        return ok("The schema is what its migrations make.")
    sentence = f"{len(found)} differences from what the migrations make, the first: {found[0]}."
    return wrong(sentence, "shopapp db drift lists them.")


def _columns(case: Case) -> Finding:
    with case.engine.connect() as connection:
        found = {
            table: {column["name"] for column in columns}
            for (_, table), columns in inspect(connection).get_multi_columns().items()
        }
    lacking = sorted(
        f"{table.name}.{column.name}"
        for table in database.load_models().tables.values()
        for column in table.columns
        if column.name not in found.get(table.name, ())
    )
    if not lacking:
        return ok("Every table and column this code reads is there.")
    sentence = f"{len(lacking)} columns are missing, the first is {lacking[0]}."
    return wrong(sentence, "Run shopapp db drift, and restore what was dropped.")


def room(case: Case) -> Finding | None:
    """The server has connections left for us."""
    if not case.is_postgresql:
        return None
    with case.session() as session:
        most = int(session.scalar(text("SHOW max_connections")) or 0)
        used = session.scalar(text("SELECT count(*) FROM pg_stat_activity")) or 0
    sentence = f"{used} of the server’s {most} connections are in use."
    if used < _CROWDED * most:
        return ok(sentence)
    return warning(sentence, "Put PgBouncer in front, or raise the plan’s limit.")


def plan(case: Case) -> Finding | None:
    """How many connections the plan allows is known, so that a start can be held against it."""
    config = case.config
    if not case.is_postgresql:
        return None
    most = config.processes * (config.pool_size + config.max_overflow)
    sentence = f"{config.processes} processes may open {most} connections"
    if not config.plan_connections:
        fix = "Say what the plan allows in DATABASE_PLAN_CONNECTIONS."
        return unknown(f"{sentence}; nobody said how many the plan allows.", fix)
    return ok(f"{sentence} of the plan’s {config.plan_connections}.")
