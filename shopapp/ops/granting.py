"""The SQL that gives PostgreSQL's roles what each needs and no more, from what was found there."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

# Put on the role: PgBouncer refuses them as start-up options.
TIMEOUTS = {
    "statement_timeout": "60s",
    "lock_timeout": "30s",
    "idle_in_transaction_session_timeout": "300s",
}
WRITES = ("INSERT", "UPDATE", "DELETE")
# What a table's name takes back from the runtime role; other tables it reads and writes.
WITHHELD = {
    "alembic_version": WRITES,
    "audit_event": ("UPDATE",),
    "audit_opening": WRITES,
    "migration_runs": WRITES,
}
# Which columns of which table a search function reads.
SEARCH = {
    "messages_with(text,integer)": ("ticket_message", "ticket_id, store_id, lexemes"),
    "tickets_with(text,integer)": ("ticket", "id, store_id, lexemes"),
    "search_tickets(text)": (
        "ticket",
        "id, store_id, subject, customer_email, customer_name, preview",
    ),
}


@dataclass(frozen=True, slots=True)
class Names:
    """What the roles are called. `search` owns the search functions and cannot log in."""

    owner: str = "shopapp_owner"
    runtime: str = "shopapp_runtime"
    backup: str = "shopapp_backup"
    search: str = "shopapp_search"

    @property
    def people(self) -> tuple[str, ...]:
        """Those that log in."""
        return self.owner, self.runtime, self.backup


@dataclass(frozen=True, slots=True)
class Found:
    """A server as it is, and what the role that looked (`me`) may do there.

    `roles` are the existing ones with whether they pass by row-level security; `things` are
    (kind, name, owner) of tables, views and functions; `walled` are tables with row-level
    security, `policies` the names of all policies.
    """

    database: str
    me: str
    is_superuser: bool
    may_bypass: bool
    roles: Mapping[str, bool]
    things: tuple[tuple[str, str, str], ...]
    walled: tuple[str, ...]
    policies: frozenset[str]

    def of_kind(self, kind: str) -> tuple[str, ...]:
        """The names of the tables, views or functions."""
        return tuple(name for each, name, _ in self.things if each == kind)


def statements(found: Found, names: Names, verifiers: Mapping[str, str]) -> Iterator[str]:
    """All that is to be run, in order; running it twice changes nothing.

    `verifiers` are SCRAM secrets by role, for those that get a new password.
    """
    yield from _roles(found, names, verifiers)
    yield from _ownership(found, names)
    yield from _runtime(found, names)
    yield from _backup(found, names)
    yield from _search(found, names)


def _roles(found: Found, names: Names, verifiers: Mapping[str, str]) -> Iterator[str]:
    for role in (*names.people, names.search):
        if role not in found.roles:
            yield f"CREATE ROLE {role} {'NOLOGIN' if role == names.search else 'LOGIN'}"
    for role, verifier in verifiers.items():
        yield f"ALTER ROLE {role} PASSWORD '{verifier}'"
    for name, value in TIMEOUTS.items():
        yield f"ALTER ROLE {names.runtime} SET {name} = '{value}'"
    yield f"ALTER ROLE {names.backup} SET default_transaction_read_only = on"
    if found.may_bypass and not found.roles.get(names.backup):
        yield f"ALTER ROLE {names.backup} BYPASSRLS"


def _ownership(found: Found, names: Names) -> Iterator[str]:
    yield f"GRANT {names.search} TO {names.owner}"  # whose migrations replace its functions
    if not found.is_superuser and found.me != names.owner:
        yield f"GRANT {names.owner} TO {found.me}"
    yield f"GRANT CONNECT ON DATABASE {found.database} TO {', '.join(names.people)}"
    yield "REVOKE CREATE ON SCHEMA public FROM PUBLIC"
    yield f"GRANT USAGE ON SCHEMA public TO {', '.join((*names.people, names.search))}"
    yield f"GRANT CREATE ON SCHEMA public TO {names.owner}"
    for kind, name, owner in found.things:
        if owner != names.owner and name not in SEARCH:
            yield f"ALTER {kind} {name} OWNER TO {names.owner}"


def _runtime(found: Found, names: Names) -> Iterator[str]:
    granted = f"SELECT, {', '.join(WRITES)} ON"
    later = f"ALTER DEFAULT PRIVILEGES FOR ROLE {names.owner} IN SCHEMA public GRANT"
    yield f"GRANT {granted} ALL TABLES IN SCHEMA public TO {names.runtime}"
    yield f"GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO {names.runtime}"
    yield f"{later} {granted} TABLES TO {names.runtime}"
    yield f"{later} EXECUTE ON FUNCTIONS TO {names.runtime}"
    for table in found.of_kind("TABLE"):
        if table in WITHHELD:
            yield f"REVOKE {', '.join(WITHHELD[table])} ON {table} FROM {names.runtime}"


def _backup(found: Found, names: Names) -> Iterator[str]:
    later = f"ALTER DEFAULT PRIVILEGES FOR ROLE {names.owner} IN SCHEMA public GRANT"
    yield f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {names.backup}"
    yield f"{later} SELECT ON TABLES TO {names.backup}"
    if not found.may_bypass and not found.roles.get(names.backup):
        for table in found.walled:
            yield from _sees_all(found, table, f"{table}_for_backup", names.backup)


def _search(found: Found, names: Names) -> Iterator[str]:
    """The functions' owner sees every row by a policy that is plainly true, so an index serves."""
    present = set(found.of_kind("FUNCTION")) & SEARCH.keys()
    for table in sorted({SEARCH[function][0] for function in present}):
        yield from _sees_all(found, table, f"{table}_for_search", names.search)
    for function in sorted(present):
        table, columns = SEARCH[function]
        yield f"GRANT SELECT ({columns}) ON {table} TO {names.search}"
        if ("FUNCTION", function, names.search) not in found.things:
            yield f"GRANT CREATE ON SCHEMA public TO {names.search}"
            yield f"ALTER FUNCTION {function} OWNER TO {names.search}"
            yield f"REVOKE CREATE ON SCHEMA public FROM {names.search}"


def _sees_all(found: Found, table: str, policy: str, role: str) -> Iterator[str]:
    if policy not in found.policies:
        yield f"CREATE POLICY {policy} ON {table} FOR SELECT TO {role} USING (true)"
