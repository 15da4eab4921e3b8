"""The pages of people: signing in and out, invitations, passwords, their own account."""

from __future__ import annotations

from flask import Blueprint

account = Blueprint("account", __name__)

from shopapp.account.views import (  # noqa: E402, F401
    choosing,
    factor,
    invitations,
    profile,
    recovering,
    second_step,
    signing,
)
