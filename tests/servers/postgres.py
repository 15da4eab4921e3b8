"""A real PostgreSQL for the tests: its two roles, and databases cloned from a template."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

from tests.servers.cluster import Cluster


@dataclass(frozen=True)
class Server:
    """A server to make databases on.

    `url_admin` is a role that may create roles and databases (a superuser on a server of our own);
    `url_app` is a plain role: no superuser, row-level security applies to it, it may create
    databases and owns the ones made here. `url_runtime` is the app's where roles are apart: it owns
    nothing, and is made with the first database that needs it. All are `postgresql://` URLs.
    `stop()` ends the server if it was started here.
    """

    url_admin: str
    url_app: str
    url_runtime: str
    origin: str
    stop: Callable[[], None]


def start_postgres() -> Server:
    """The server named by TEST_DATABASE_URL, else one started here on a free loopback port.

    Raises `binaries.NotFound` when this machine has no PostgreSQL and none can be installed, and
    psycopg's errors when TEST_DATABASE_URL does not answer or may not create roles.
    """
    given = os.environ.get("TEST_DATABASE_URL")
    if given:
        admin = given.replace("postgresql+psycopg://", "postgresql://", 1)
        app = _app_role(admin, "shopapp_test")
        return Server(admin, app, _as_runtime(app), "TEST_DATABASE_URL", _leave_alone)
    cluster = Cluster()
    try:
        app = _app_role(cluster.url, "shopapp")
    except BaseException:
        cluster.stop()
        raise
    return Server(cluster.url, app, _as_runtime(app), cluster.origin, cluster.stop)


def clone(server: Server, template: str, name: str) -> str:
    """Make database `name` as a copy of `template`, owned by the app's role; its app URL.

    Nobody may be connected to the template.
    """
    with _admin(server) as admin:
        _create(admin, server, name, template)
    return url_of(server.url_app, name)


def template(server: Server, name: str, build: Callable[[str], None]) -> str:
    """Make `name` once per server, however many processes ask: `build` gets its app URL.

    A build that fails leaves nothing behind, so the next one who asks tries again.
    """
    making = f"{name}_making"
    with _admin(server) as admin:
        admin.execute("select pg_advisory_lock(hashtext(%s))", [name])
        if not admin.execute("select 1 from pg_database where datname = %s", [name]).fetchone():
            _drop(admin, making)
            _create(admin, server, making, "template1")
            build(url_of(server.url_app, making))
            rename = sql.SQL("alter database {} rename to {}")
            admin.execute(rename.format(sql.Identifier(making), sql.Identifier(name)))
    return name


def drop(server: Server, name: str) -> None:
    """Drop database `name` if it exists, whoever is connected."""
    with _admin(server) as admin:
        _drop(admin, name)


def url_of(url: str, name: str) -> str:
    """The same role and server as `url`, with database `name`."""
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


@contextmanager
def _admin(server: Server) -> Iterator[psycopg.Connection]:
    with psycopg.connect(server.url_admin, autocommit=True) as connection:
        yield connection


def _create(admin: psycopg.Connection, server: Server, name: str, source: str) -> None:
    owner = urlsplit(server.url_app).username or ""
    command = sql.SQL("create database {} template {} owner {}")
    admin.execute(command.format(*map(sql.Identifier, (name, source, owner))))


def _drop(admin: psycopg.Connection, name: str) -> None:
    admin.execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))


def _app_role(url_admin: str, role: str) -> str:
    """Make the plain role unless it is there; its password follows from the admin's URL."""
    password = hashlib.sha256(url_admin.encode()).hexdigest()[:32]
    with psycopg.connect(url_admin, autocommit=True) as admin:
        if not admin.execute("select 1 from pg_roles where rolname = %s", [role]).fetchone():
            make = sql.SQL("create role {} login createdb nosuperuser nobypassrls password {}")
            admin.execute(make.format(sql.Identifier(role), sql.Literal(password)))
    parts = urlsplit(url_admin)
    place = parts.netloc.rpartition("@")[2]
    return urlunsplit(parts._replace(netloc=f"{role}:{password}@{place}"))


def _as_runtime(url_app: str) -> str:
    """The runtime role of the same server, with the same password."""
    parts = urlsplit(url_app)
    return urlunsplit(parts._replace(netloc=parts.netloc.replace(":", "_runtime:", 1)))


def _leave_alone() -> None:
    """Somebody else's server is not ours to stop."""
