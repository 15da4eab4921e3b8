"""The application in tests: made on a configuration, and clients in which somebody is signed in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask
from flask.testing import FlaskClient
from flask_security.utils import hash_password

from shopapp import clock, create_app
from shopapp.accounts.models import User
from shopapp.accounts.security import BROWSER
from shopapp.config import Config
from shopapp.db import current_session, db
from tests import cast, once


@contextmanager
def app_of(config: Config) -> Iterator[Flask]:
    """The application on `config`, its engine disposed of afterwards.

    Forms need no CSRF token; a test about tokens sets WTF_CSRF_ENABLED itself.
    """
    app = create_app(config, fast_hashing=True)
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    app.jinja_env.bytecode_cache = once.TEMPLATES
    yield app
    with app.app_context():
        db.engine.dispose()


def signed_in(app: Flask, person: cast.Person) -> FlaskClient:
    """A client in which `person` has just given the password."""
    client = app.test_client()
    with client.session_transaction() as cookie:
        cookie["_user_id"] = person.id
        cookie[BROWSER] = person.id
        cookie["_fresh"] = True
        cookie["fs_cc"] = "set"
        cookie["fs_paa"] = clock.now().timestamp()
    return client


def give_password(app: Flask, person: cast.Person) -> str:
    """Let `person` sign in through the form; the password."""
    with app.app_context():
        session = current_session()
        session.get_one(User, person.id).password = hash_password(cast.PASSWORD)
        session.commit()
    return cast.PASSWORD
