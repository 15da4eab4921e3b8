"""The forms of signing in."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, PasswordField, StringField

from shopapp.web.paths import own_path


class VerificationForm(FlaskForm):
    """The password again, and where to go afterwards ('' or a path of ours)."""

    password = PasswordField()
    next = HiddenField(filters=[own_path])


class SignInForm(VerificationForm):
    """Who signs in, and whether the session outlives the browser."""

    email = StringField(filters=[lambda text: (text or "").strip()])
    remember = BooleanField()
