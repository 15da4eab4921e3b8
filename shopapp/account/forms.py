"""The forms of signing in, invitations, and a person's own account."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import BooleanField, HiddenField, PasswordField, StringField
from wtforms.validators import DataRequired, Length

from shopapp.web.forms import Form
from shopapp.web.paths import own_path


def _stripped(text: str | None) -> str:
    return " ".join((text or "").split())


class VerificationForm(FlaskForm):
    """The password again, and where to go afterwards ('' or a path of ours)."""

    password = PasswordField()
    next = HiddenField(filters=[own_path])


class SignInForm(VerificationForm):
    """Who signs in, and whether the session outlives the browser."""

    email = StringField(filters=[lambda text: (text or "").strip()])
    remember = BooleanField()


class CodeForm(Form):
    """A code of an authenticator app, or a recovery code."""

    code = StringField("Code", [DataRequired("Type the code."), Length(max=40)], [_stripped])


class RecoveryForm(Form):
    """Whose password was forgotten."""

    email = StringField(
        "E-mail", [DataRequired("Type your e-mail address."), Length(max=254)], [_stripped]
    )


class NameForm(Form):
    """What others read beside what a person does."""

    name = StringField("Your name", [DataRequired("Type your name."), Length(max=80)], [_stripped])


class ResetForm(Form):
    """A new password."""

    password = PasswordField("New password", [DataRequired("Choose a password."), Length(max=1024)])


class PasswordForm(ResetForm):
    """A new password, by who knows the present one."""

    current = PasswordField(
        "Present password", [DataRequired("Type your present password."), Length(max=1024)]
    )


class NewPersonForm(NameForm, ResetForm):
    """Who accepts an invitation."""
