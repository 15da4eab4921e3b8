"""What forms have in common: what is wrong with them, an action's refusal, the version at hand."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms import HiddenField
from wtforms.validators import Length

from shopapp.refusals import Invalid


class Form(FlaskForm):
    """A form that says what is wrong with it as (field id, message) pairs."""

    @property
    def problems(self) -> list[tuple[str | None, str]]:
        return [(field.id, str(field.errors[0])) for field in self if field.errors]

    def refuse(self, refusal: Invalid) -> None:
        """Put an action's refusal on its field, or on the first when the form has no such field."""
        shown = (field for field in self if not isinstance(field, HiddenField))
        field = self._fields.get(refusal.field) or next(shown)
        field.errors = [*field.errors, str(refusal)]


class VersionedForm(Form):
    """A form over a row that somebody else may save meanwhile."""

    version = HiddenField(validators=[Length(max=10)])

    @property
    def number(self) -> int:
        """The version the form was opened at; 0 for none."""
        typed = self.version.data or ""
        return int(typed) if typed.isdecimal() else 0
