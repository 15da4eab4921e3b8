"""Passwords: what a good one is, and hashing (argon2) through Flask-Security; needs the app."""

from __future__ import annotations

import secrets
import unicodedata

from flask_security.utils import hash_password, verify_and_update_password

from shopapp.accounts.models import User
from shopapp.refusals import Invalid

SHORTEST = 10
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that looks like another


def check(password: str, *, email: str) -> None:
    """Raise Invalid on 'password' for one that is short or the e-mail address."""
    if len(_normal(password)) < SHORTEST:
        message = f"A password has at least {SHORTEST} characters."
        raise Invalid(message, "password")
    if _normal(password).strip().lower() in (email.lower(), email.lower().partition("@")[0]):
        message = "The password may not be the e-mail address."
        raise Invalid(message, "password")


def hashed(password: str) -> str:
    """The hash that is stored."""
    return str(hash_password(_normal(password)))


def is_right(password: str, user: User | None) -> bool:
    """Whether it is the password of `user`; nobody's password takes as long to be wrong.

    A hash made with older settings is made anew.
    """
    if user is None or not user.password:
        hash_password(_normal(password))
        return False
    return bool(verify_and_update_password(_normal(password), user))


def generated() -> str:
    """A new password of 20 letters in groups of five, 99 bits: 'k7mwa-…'."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(5)) for _ in range(4))


def _normal(password: str) -> str:
    """One spelling for what different keyboards send for the same letters."""
    return unicodedata.normalize("NFKD", password)
