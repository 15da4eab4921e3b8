"""The first start of an installation: a database, and demo stores or an empty one of your own."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Flask
from sqlalchemy import select

from shopapp import config as configuration
from shopapp import create_app
from shopapp.account import actions as people
from shopapp.accounts import passwords
from shopapp.accounts.models import Role, User
from shopapp.audit import actions as audit
from shopapp.crypto import instance
from shopapp.db import Session, current_session
from shopapp.ops import database
from shopapp.stores.actions import open_store
from shopapp.stores.models import Store
from shopapp.tenancy import bind


class NotReady(Exception):
    """The database is not at this code's revision; the message says what to do."""


@dataclass(frozen=True)
class SignInData:
    """What a newcomer types on the sign-in page: the same password for every demo account."""

    emails: tuple[str, ...]
    password: str


def first_start(config: configuration.Config) -> SignInData | None:
    """Bring the database up to date; plant the demo stores when there is no store at all.

    The sign-in data of stores that were planted, else None. A start that finds everything in
    place writes nothing. Raises InstanceError, KeyringError or DatabaseNewer.
    """
    bring_up_to_date(config)
    if not config.demo_may_sign_in:
        return None
    app = create_app(config)
    with app.app_context():
        if _has_stores():
            return None
        return _plant(app, config.demo_password or passwords.generated())


def bring_up_to_date(config: configuration.Config) -> None:
    """Make the keys and the database if they are missing, and run the migrations to come."""
    instance.load(config)
    if not database.status(config.sqlalchemy_url).is_current:
        database.upgrade(config.sqlalchemy_url)


def check_ready(config: configuration.Config) -> None:
    """Raise NotReady unless the database is at this code's revision."""
    instance.load(config)
    if not database.status(config.sqlalchemy_url).is_current:
        message = "the database is not up to date: run shopapp db upgrade first"
        raise NotReady(message)


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


def _has_stores() -> bool:
    session = current_session()
    session.reading = True
    found = session.scalar(select(Store.id).limit(1)) is not None
    session.rollback()
    session.reading = False
    return found


def _plant(app: Flask, password: str) -> SignInData:
    from shopapp.ops import seeding

    seeding.plant(app, "base", password=password)
    demo = select(User.email).where(User.is_demo).order_by(User.created_at, User.id)
    return SignInData(tuple(current_session().scalars(demo)), password)
