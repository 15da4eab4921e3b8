"""Who asks: the names throttles count by, and the keys views hand to actions."""

from __future__ import annotations

from flask import current_app, request

from shopapp.accounts import queries
from shopapp.accounts.authenticator import Authenticator
from shopapp.accounts.models import User
from shopapp.config import Config
from shopapp.web import sessions

NOBODY = "nobody"


def typed_email() -> str:
    """The address in the form, as an account's name."""
    return queries.normal_email(request.form.get("email", ""))[:254] or NOBODY


def own_email() -> str:
    """The signed-in person's address."""
    person = sessions.person()
    return person.email if person else NOBODY


def me() -> User:
    """The signed-in person of a view that only signed-in people reach."""
    person = sessions.person()
    if person is None:
        message = "nobody is signed in"
        raise RuntimeError(message)
    return person


def config() -> Config:
    """The installation's configuration."""
    found: Config = current_app.config["SHOPAPP"]
    return found


def secret_key() -> str:
    """What signs links."""
    return str(current_app.extensions["shopapp_keys"].secret_key)


def authenticator() -> Authenticator:
    """What makes and checks codes."""
    return Authenticator(current_app.extensions["shopapp_keys"].totp_key)
