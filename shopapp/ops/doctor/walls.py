"""Whether both walls between stores stand: bound sessions, and row-level security."""

from __future__ import annotations

from sqlalchemy import bindparam, text

from shopapp.ops.database import store_owned_tables
from shopapp.ops.doctor.cases import Case
from shopapp.ops.doctor.findings import Finding, ok, wrong

_ONE_WALL = "On SQLite the sessions are the only wall; PostgreSQL adds row-level security."
_ROLE = "Connect as a role that is NOSUPERUSER and NOBYPASSRLS."
_RIGHTS = text("SELECT rolsuper, rolbypassrls FROM pg_roles WHERE rolname = current_user")
_OPEN = text(
    "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
    "WHERE n.nspname = current_schema() AND c.relkind = 'r' AND c.relname IN :tables AND NOT ("
    "c.relrowsecurity "
    "AND (c.relforcerowsecurity OR NOT pg_has_role(current_user, c.relowner, 'USAGE')) "
    "AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)) ORDER BY 1"
).bindparams(bindparam("tables", expanding=True))


def role(case: Case) -> Finding:
    """The role the app connects as cannot step over row-level security."""
    if not case.is_postgresql:
        return ok(_ONE_WALL)
    with case.session() as session:
        is_super, bypasses = session.execute(_RIGHTS).one()
    if is_super:
        return wrong("shopapp connects as a superuser: row-level security is off.", _ROLE)
    if bypasses:
        return wrong("shopapp’s role has BYPASSRLS: row-level security is off.", _ROLE)
    return ok("The role shopapp connects as is bound by row-level security.")


def policies(case: Case) -> Finding | None:
    """Every table with rows of a store has a policy that binds this role."""
    if not case.is_postgresql:
        return None
    tables = store_owned_tables()
    with case.session() as session:
        unguarded = session.scalars(_OPEN, {"tables": list(tables)}).all()
    if not unguarded:
        return ok(f"All {len(tables)} tables with rows of a store are guarded.")
    sentence = f"{len(unguarded)} tables are not guarded, the first is {unguarded[0]}."
    return wrong(sentence, "Run shopapp db check, and put the policies back.")


def unbound(case: Case) -> Finding | None:
    """A connection bound to no store, asked round the ORM, sees no row of any."""
    if not case.is_postgresql:
        return None
    with case.engine.connect() as connection:
        seen = connection.scalar(text("SELECT count(*) FROM store_settings"))
    if not seen:
        return ok("A connection bound to no store sees nothing of any.")
    return wrong(f"A connection bound to no store sees the settings of {seen}.", _ROLE)
