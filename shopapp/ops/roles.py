"""PostgreSQL's roles: who owns the tables, who runs the app, who backs it up; made and checked."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, unquote, urlsplit, urlunsplit

import psycopg
from psycopg.rows import scalar_row

from shopapp.config import Config
from shopapp.db import normalised
from shopapp.ops import granting
from shopapp.ops.granting import Found, Names

NAME = re.compile(r"[a-z_][a-z0-9_]{0,62}")


class CannotGrant(Exception):
    """The roles cannot be made so; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was done (or, on paper, is to be done), for whom, and what is still missing.

    `passwords` are those that were generated: nobody else knows them.
    """

    names: Names
    statements: tuple[str, ...]
    missing: tuple[str, ...] = ()
    passwords: Mapping[str, str] = field(default_factory=dict, repr=False)


def arrange(
    config: Config,
    names: Names,
    *,
    given: Mapping[str, str] | None = None,
    anew: bool = False,
    on_paper: bool = False,
) -> Outcome:
    """Make the roles of the database at DIRECT_URL what they should be, in one transaction.

    `given` are passwords by role; a role that is new, or every role with `anew`, gets a random one
    otherwise. An owner without a name is the role of DIRECT_URL, unless that is a superuser.
    Nothing is changed `on_paper`. Raises CannotGrant.
    """
    with _connected(config) as connection:
        found = look(connection)
        names = _settled(names, found)
        passwords, made = _passwords(config, names, found, given or {}, anew=anew)
        verifiers = {role: _verifier(connection, role, text) for role, text in passwords.items()}
        todo = tuple(granting.statements(found, names, verifiers))
        if on_paper:
            return Outcome(names, todo, passwords=made)
        _run(connection, todo)
        return Outcome(names, todo, tuple(shortcomings(connection, names)), made)


def look(connection: psycopg.Connection) -> Found:
    """The server and its database as they are."""
    me = connection.execute(_ME).fetchone()
    assert me is not None  # noqa: S101 - whoever asks exists
    database, name, is_superuser, may_bypass = me
    with connection.cursor(row_factory=scalar_row) as cursor:
        walled = tuple(cursor.execute(_WALLED))
        policies = frozenset(cursor.execute("SELECT policyname FROM pg_policies"))
    return Found(
        database=database,
        me=name,
        is_superuser=is_superuser,
        may_bypass=may_bypass,
        roles=dict(connection.execute(_ROLES).fetchall()),
        things=tuple(connection.execute(_THINGS).fetchall()),
        walled=walled,
        policies=policies,
    )


def shortcomings(connection: psycopg.Connection, names: Names) -> list[str]:
    """What keeps the roles from being what they should be, one sentence each."""
    words = {each: getattr(names, each) for each in ("owner", "runtime", "backup", "search")}
    known = {role for role, _ in connection.execute(_ROLES)}
    absent = [role for role in words.values() if role not in known]
    if absent:
        return [f"there is no role {role}: run shopapp db roles" for role in absent]
    said = []
    for sentence, query in _SHORTCOMINGS.items():
        found = sorted(str(row[0]) for row in connection.execute(query.encode(), words))
        if found:
            said.append(sentence.format(**words, found=", ".join(found)))
    return said


def url_for(config: Config, role: str, password: str) -> str:
    """DIRECT_URL's place for another role."""
    parts = urlsplit(_address(config.owner_url))
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{quote(password, safe='')}@{place}"))


def _connected(config: Config) -> psycopg.Connection:
    address = _address(config.owner_url)
    try:
        return psycopg.connect(address, connect_timeout=10)
    except psycopg.OperationalError as error:
        reason = (str(error).strip().splitlines() or [""])[0]
        message = f"the database does not answer ({reason}): check DIRECT_URL"
        raise CannotGrant(message) from error


def _address(url: str) -> str:
    if not normalised(url).startswith("postgresql"):
        message = "SQLite has no roles: set DIRECT_URL to the PostgreSQL database they are for"
        raise CannotGrant(message)
    return normalised(url).replace("postgresql+psycopg://", "postgresql://", 1)


def _settled(names: Names, found: Found) -> Names:
    """The names with an owner, each one that needs no quotes, no two alike."""
    owner = names.owner or (Names().owner if found.is_superuser else found.me)
    settled = Names(owner, names.runtime, names.backup, names.search)
    every = (*settled.people, settled.search)
    for role in every:
        if not NAME.fullmatch(role):
            message = f"'{role}' is no name for a role here: use small letters, digits and _"
            raise CannotGrant(message)
    if len(set(every)) < len(every):
        message = f"owner, runtime, backup and search must be four roles, not {', '.join(every)}"
        raise CannotGrant(message)
    return settled


def _passwords(
    config: Config, names: Names, found: Found, given: Mapping[str, str], *, anew: bool
) -> tuple[dict[str, str], dict[str, str]]:
    """Every password to set, and those of them that were generated."""
    known = urlsplit(config.database_url)
    new = {role for role in names.people if role not in found.roles}
    if known.username in new and known.password:
        given = {known.username: unquote(known.password), **given}
    made = {
        role: secrets.token_urlsafe(24)
        for role in names.people
        if role not in given and role != found.me and (anew or role in new)
    }
    return {**given, **made}, made


def _verifier(connection: psycopg.Connection, role: str, password: str) -> str:
    """What the server keeps of a password, made here so that its log never sees the password."""
    made = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
    return made.decode()


def _run(connection: psycopg.Connection, todo: tuple[str, ...]) -> None:
    try:
        for statement in todo:
            connection.execute(statement.encode())
    except psycopg.errors.InsufficientPrivilege as error:
        message = (
            f"the role of DIRECT_URL may not do this ({error.diag.message_primary}): set it to an "
            "administrator's, or hand them the output of shopapp db roles --sql"
        )
        raise CannotGrant(message) from error
    connection.commit()


_ME = """
SELECT quote_ident(current_database()), rolname::text, rolsuper, rolsuper
       OR (rolbypassrls AND rolcreaterole AND current_setting('server_version_num')::int >= 160000)
  FROM pg_roles WHERE rolname = current_user
"""
_ROLES = "SELECT rolname::text, rolsuper OR rolbypassrls FROM pg_roles"
_WALLED = """
SELECT relname::text FROM pg_class
 WHERE relrowsecurity AND relnamespace = 'public'::regnamespace ORDER BY 1
"""
_THINGS = """
SELECT CASE WHEN relkind = 'v' THEN 'VIEW' ELSE 'TABLE' END, relname::text, relowner::regrole::text
  FROM pg_class WHERE relkind IN ('r', 'p', 'v') AND relnamespace = 'public'::regnamespace
UNION ALL
SELECT 'FUNCTION', oid::regprocedure::text, proowner::regrole::text
  FROM pg_proc WHERE pronamespace = 'public'::regnamespace
ORDER BY 1, 2
"""
# A sentence and the query that finds what it is about.
_SHORTCOMINGS = {
    "{found} is a superuser or has BYPASSRLS, so the walls do not bind it: run ALTER ROLE {found} "
    "NOSUPERUSER NOBYPASSRLS as a superuser": """
        SELECT rolname FROM pg_roles WHERE rolname = %(runtime)s AND (rolsuper OR rolbypassrls)
    """,
    "{runtime} may become {found}: run REVOKE {found} FROM {runtime}": """
        SELECT rolname FROM pg_roles WHERE rolname IN (%(owner)s, %(backup)s, %(search)s)
           AND pg_has_role(%(runtime)s, oid, 'MEMBER')
    """,
    "{owner} does not own {found}": """
        SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')
           AND relnamespace = 'public'::regnamespace AND relowner <> %(owner)s::text::regrole
    """,
    "{runtime} cannot read {found}": """
        SELECT relname FROM pg_class WHERE relkind IN ('r', 'p')
           AND relnamespace = 'public'::regnamespace
           AND NOT has_table_privilege(%(runtime)s, oid, 'SELECT')
    """,
    "{runtime} may change what is not its to change in {found}": """
        SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND (
               relname = 'audit_event' AND has_table_privilege(%(runtime)s, oid, 'UPDATE')
               OR relname IN ('alembic_version', 'audit_opening', 'migration_runs')
               AND has_table_privilege(%(runtime)s, oid, 'INSERT, UPDATE, DELETE'))
    """,
    "{backup} does not see every row of {found}: run ALTER ROLE {backup} BYPASSRLS as a superuser, "
    "or shopapp db roles again where there is none": """
        SELECT relname FROM pg_class WHERE relrowsecurity
           AND relnamespace = 'public'::regnamespace
           AND NOT EXISTS (SELECT 1 FROM pg_roles
               WHERE rolname = %(backup)s AND (rolsuper OR rolbypassrls))
           AND NOT EXISTS (SELECT 1 FROM pg_policy
               WHERE polrelid = pg_class.oid AND polname = relname || '_for_backup')
    """,
    "{found} is not owned by {search}, so a search reads every row: run shopapp db roles again": """
        SELECT proname FROM pg_proc
         WHERE proname IN ('messages_with', 'search_tickets', 'tickets_with')
           AND pronamespace = 'public'::regnamespace AND proowner <> %(search)s::text::regrole
    """,
}
