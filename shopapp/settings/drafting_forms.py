"""What the forms about AI drafts accept."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from operator import itemgetter
from typing import Any

from babel import Locale
from werkzeug.datastructures import MultiDict
from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the stubs
    BooleanField,
    PasswordField,
    RadioField,
    SelectChoice,
    StringField,
)
from wtforms.validators import Length
from wtforms.validators import ValidationError as Wrong

from shopapp.connectors.errors import Misconfigured
from shopapp.connectors.llm.addresses import base_url
from shopapp.drafts.models import ServiceKind
from shopapp.purchasing.numbers import amount
from shopapp.settings.drafting import MONEY, money
from shopapp.settings.forms import Errors
from shopapp.web.forms import Form

_SPOKEN = (
    *("ar", "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "he", "hi", "hr", "hu"),
    *("id", "it", "ja", "ko", "lt", "lv", "nb", "nl", "pl", "pt", "ro", "ru", "sk", "sl", "sv"),
    *("th", "tr", "uk", "vi", "zh"),
)
LANGUAGES = (
    ("", "The customer’s language"),
    *sorted(((code, str(Locale("en").languages[code])) for code in _SPOKEN), key=itemgetter(1)),
)
_WHOLE = {"timeout_seconds": (5, 300), "hold_out": (0, 50)}


class WriterForm(Form):
    """Who writes. The key is never filled in: empty keeps the saved one."""

    writer = RadioField("Who writes", choices=[SelectChoice(kind.value) for kind in ServiceKind])
    base_url = StringField("Base URL", [Length(max=500)], [lambda text: (text or "").strip()])
    secret = PasswordField("Key", [Length(max=1024)])
    without_key = BooleanField("This service needs no key; forget the saved one")
    model = StringField("Model", [Length(max=200)], [lambda text: (text or "").strip()])

    def validate_base_url(self, field: StringField) -> None:
        if not field.data and self.writer.data == ServiceKind.EMBEDDED:
            return
        try:
            field.data = base_url(field.data or "")
        except Misconfigured as error:
            raise Wrong(" ".join(filter(None, (error.message, error.fix)))) from None

    def validate_model(self, field: StringField) -> None:
        if not field.data and self.writer.data == ServiceKind.OPENAI:
            raise Wrong("Enter the model’s name, or list what the service offers.")

    @property
    def values(self) -> dict[str, str]:
        """What is saved of it, beside the key."""
        return {name: str(self[name].data or "") for name in ("writer", "base_url", "model")}

    @property
    def key(self) -> str | None:
        """The key to keep; '' removes the saved one, None keeps it."""
        if self.without_key.data:
            return ""
        return self.secret.data or None


def terms(typed: MultiDict[str, str], addresses: Collection[str]) -> tuple[dict[str, Any], Errors]:
    """The terms typed, in the form in which they are saved, and what is wrong with them."""
    values: dict[str, Any] = {name: typed.get(name, "").strip() for name in _TYPED}
    errors: Errors = []
    for name, read in _TYPED.items():
        try:
            values[name] = read(values[name])
        except ValueError as error:
            errors.append((name, str(error)))
    values["masks_people"] = "masks_people" in typed
    values["mailboxes"] = sorted(set(typed.getlist("mailboxes")) & set(addresses))
    return values, errors or _together(values)


def _together(values: Mapping[str, Any]) -> Errors:
    """A budget without prices could not be kept."""
    if (values["input_price"] == "") != (values["output_price"] == ""):
        missing = "input_price" if values["input_price"] == "" else "output_price"
        return [(missing, "Enter both prices, or neither.")]
    if values["monthly_budget"] and not values["input_price"]:
        return [("input_price", "A budget needs the model’s prices.")]
    return []


def _temperature(text: str) -> str:
    if not re.fullmatch(r"[0-9](?:[.,][0-9]{1,2})?", text) or float(text.replace(",", ".")) > 2:
        message = "Enter a number from 0 to 2."
        raise ValueError(message)
    return f"{float(text.replace(',', '.')):g}"


def _language(text: str) -> str:
    if text not in dict(LANGUAGES):
        message = "Choose a language of the list."
        raise ValueError(message)
    return text


def _whole(name: str) -> Callable[[str], str]:
    least, most = _WHOLE[name]

    def read(text: str) -> str:
        if not re.fullmatch(r"[0-9]{1,4}", text) or not least <= int(text) <= most:
            message = f"Enter a whole number from {least} to {most}."
            raise ValueError(message)
        return str(int(text))

    return read


_TYPED: Mapping[str, Callable[[str], str]] = {
    "temperature": _temperature,
    "language": _language,
    **{name: _whole(name) for name in _WHOLE},
    **{name: lambda text: money(amount(text)) if text else "" for name in MONEY},
}
