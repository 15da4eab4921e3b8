"""What people type on the drafts' pages."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField, StringField


class RuleForm(FlaskForm):
    """A style rule as somebody wants it followed."""

    text = StringField("Rule")
    mailbox = StringField("Mailbox")
    intent = StringField("Asks for")
    version = HiddenField()

    @property
    def number(self) -> int:
        """The version the form was opened at; 0 for none."""
        typed = self.version.data or ""
        return int(typed) if typed.isdecimal() else 0
