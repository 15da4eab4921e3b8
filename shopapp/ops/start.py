"""The first start of an installation: a database, and demo stores or an empty one of your own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager

from flask import Flask
from sqlalchemy import select

from seeds.cast import SHOPS
from shopapp import config as configuration
from shopapp import create_app
from shopapp.account import actions as people
from shopapp.accounts.models import Role
from shopapp.audit import actions as audit
from shopapp.connections.vault import Vault
from shopapp.crypto import instance
from shopapp.db import Session, db, new_session, plain_engine
from shopapp.ops import database, seeding
from shopapp.ops.backups.safety import before_upgrade
from shopapp.ops.seeding import Planted
from shopapp.stores.actions import open_store
from shopapp.stores.models import Store
from shopapp.tenancy import bind


class NotReady(Exception):
    """The database is not at this code's revision; the message says what to do."""


def first_start(config: configuration.Config) -> Planted | None:
    """Bring the database up to date, and plant the demo stores unless there is one of your own.

    What was planted, else None: a start that finds everything in place writes nothing, and one
    that was interrupted is finished. Raises InstanceError, KeyringError or DatabaseNewer.
    """
    bring_up_to_date(config)
    if not config.demo_may_sign_in:
        return None
    with opened(config) as app:
        if _is_furnished():
            return None
        planted = seeding.plant(app, "base")
        return planted if planted.stores else None


def has_store(config: configuration.Config) -> bool:
    """Whether anybody's store is there."""
    with opened(config), closing(new_session()) as session:
        session.reading = True
        return session.scalar(select(Store.id).limit(1)) is not None


@contextmanager
def opened(config: configuration.Config) -> Iterator[Flask]:
    """The app for one command, inside its context; its connections are closed afterwards."""
    app = create_app(config)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def bring_up_to_date(config: configuration.Config, *, has_backup: bool = True) -> str | None:
    """Make the keys and the database if they are missing, and run the migrations to come.

    As the owner, without a pooler (DIRECT_URL). Where the database as it was before is kept, if
    it was. Raises BackupError, SchemaError, DatabaseNewer.
    """
    instance.load(config)
    found = database.status(config.owner_url)
    database.check_clock(found)
    if found.is_current:
        return None
    kept = before_upgrade(config) if has_backup else None
    database.upgrade(config.owner_url)
    return kept


def check_ready(config: configuration.Config) -> None:
    """Raise NotReady unless the database is at this code's revision and the clock is past it."""
    instance.load(config)
    found = database.status(config.sqlalchemy_url)
    if not found.is_current:
        message = "the database is not up to date: run shopapp db upgrade first"
        raise NotReady(message)
    database.check_clock(found)


def check_keys(config: configuration.Config) -> None:
    """Raise KeyringError when the keyring does not open this database's data keys."""
    keyring = instance.load(config).keyring
    engine = plain_engine(config.sqlalchemy_url)
    with Session(db, bind=engine) as session:
        session.reading = True
        stores = session.scalars(select(Store.id)).all()
    for store_id in stores:
        with Session(db, bind=engine) as session:
            session.reading = True
            bind(session, store_id)
            if Vault(session, keyring).is_openable():
                return


def open_own_store(
    session: Session, *, email: str, name: str, password: str, store: str, handle: str
) -> Store:
    """An empty store and its first admin. Raises Invalid; binds `session` to the store."""
    opened, settings = open_store(session, handle=handle, name=store)
    admin = people.create_user(session, email=email, name=name, password=password)
    bind(session, opened.id)
    session.add(settings)
    audit.record(session, "store.opened", opened, by=None, source="cli")
    people.add_member(session, admin, role=Role.ADMIN, by=None, source="cli")
    return opened


def _is_furnished() -> bool:
    """Whether there is a store of one's own, or every demo store."""
    with closing(new_session()) as session:
        session.reading = True
        demo = session.scalars(select(Store.is_demo)).all()
    return not all(demo) or len(demo) >= len(SHOPS)
