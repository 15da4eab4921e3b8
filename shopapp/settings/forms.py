"""What the settings' forms accept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from babel import Locale
from babel.numbers import get_currency_name, get_territory_currencies
from wtforms import (  # type: ignore[attr-defined]  # SelectChoice is newer than the stubs
    BooleanField,
    IntegerField,
    PasswordField,
    SelectChoice,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import DataRequired, InputRequired, Length, NumberRange
from wtforms.validators import ValidationError as Wrong

from shopapp import clock
from shopapp.connectors.mail.addresses import ascii_address
from shopapp.connectors.mail.shapes import is_host
from shopapp.refusals import Invalid
from shopapp.stores import registry
from shopapp.web.forms import Form

Errors = list[tuple[str | None, str]]
SECURITY = [
    SelectChoice("starttls", "STARTTLS (mostly port 587)"),
    SelectChoice("tls", "TLS (mostly port 465)"),
    SelectChoice("none", "None (this machine only)"),
]
IMAP_SECURITY = [
    SelectChoice("tls", "TLS (mostly port 993)"),
    SelectChoice("starttls", "STARTTLS (mostly port 143)"),
    SelectChoice("none", "None (this machine only)"),
]
BACK = [
    SelectChoice("kept", "As chosen before"),
    SelectChoice("7", "The last 7 days"),
    SelectChoice("30", "The last 30 days"),
    SelectChoice("365", "The last year"),
    SelectChoice("0", "Everything"),
]
_PORT = "The port is a whole number from 1 to 65535."
_REGION = re.compile(
    r"(?:Africa|America|Antarctica|Arctic|Asia|Atlantic|Australia|Europe|Indian|Pacific)/.+"
)


def _stripped(text: str | None) -> str:
    return (text or "").strip()


def _lines(text: str | None) -> str:
    return _stripped((text or "").replace("\r\n", "\n").replace("\r", "\n"))


class GeneralForm(Form):
    """The store's name, money, time and words."""

    name = StringField(
        "Store name", [DataRequired("The store needs a name."), Length(max=80)], [_stripped]
    )
    timezone = SelectField("Time zone")
    currency = SelectField("Currency")
    mailbox_address = StringField("Mail address", [Length(max=254)], [_stripped])
    mailbox_name = StringField("Sender’s name", [Length(max=80)], [_stripped])
    signature = TextAreaField("Signature", [Length(max=2000)], [_lines])
    brand_voice = TextAreaField("Brand voice", [Length(max=2000)], [_lines])

    def __init__(self, values: Mapping[str, str]) -> None:
        super().__init__(data=values)
        self.timezone.choices = _with(time_zones(), values["timezone"])
        self.currency.choices = _with(currencies(), values["currency"])
        self._had_mailbox = bool(values["mailbox_address"])

    @property
    def values(self) -> dict[str, str]:
        return {name: value for name, value in self.data.items() if name != "csrf_token"}

    def validate_mailbox_address(self, field: StringField) -> None:
        if not field.data:
            if self._had_mailbox or self.mailbox_name.data:
                raise Wrong("Replies need an address to come from.")
            return
        try:
            ascii_address(field.data)
        except ValueError:
            raise Wrong("Enter an e-mail address like help@shop.example.") from None

    def validate_mailbox_name(self, field: StringField) -> None:
        _refuse_control_signs(field.data)

    def validate_name(self, field: StringField) -> None:
        _refuse_control_signs(field.data)


class Port(IntegerField):
    """A number whose error says what a port is."""

    def process_formdata(self, valuelist: list[str]) -> None:
        if not valuelist or not re.fullmatch(r"\s*[0-9]{1,5}\s*", valuelist[0]):
            raise ValueError(_PORT)
        super().process_formdata(valuelist)


class SmtpForm(Form):
    """A mail server. The password is never filled in: empty keeps the saved one."""

    host = StringField(
        "Server", [DataRequired("Enter the mail server's name."), Length(max=253)], [_stripped]
    )
    port = Port("Port", [InputRequired(_PORT), NumberRange(1, 65535, _PORT)])
    security = SelectField("Encryption", choices=SECURITY)
    username = StringField("User name", [Length(max=320)], [_stripped])
    secret = PasswordField("Password", [Length(max=1024)])

    def validate_host(self, field: StringField) -> None:
        if field.data and not is_host(field.data):
            raise Wrong("Enter a host name or IP address, like mail.example.com.")

    @property
    def typed(self) -> dict[str, Any]:
        """What `smtp_as_typed` takes."""
        return {
            "host": self.host.data,
            "port": self.port.data,
            "security": self.security.data,
            "username": self.username.data,
            "password": self.secret.data or "",
        }


class MailboxFacts(Form):
    """A mailbox whose servers a consent brings."""

    address = StringField(
        "Mail address", [DataRequired("Enter the mailbox's address."), Length(max=254)], [_stripped]
    )
    display_name = StringField("Sender’s name", [Length(max=80)], [_stripped])
    signature = TextAreaField("Signature", [Length(max=2000)], [_lines])
    is_default = BooleanField("New mail leaves from this address")
    is_active = BooleanField("Read this mailbox", default=True)
    days = SelectField("Read mail back to", choices=BACK, default="30")

    def validate_address(self, field: StringField) -> None:
        try:
            field.data = ascii_address(field.data or "").lower()
        except ValueError:
            raise Wrong("Enter an e-mail address like help@shop.example.") from None

    def validate_display_name(self, field: StringField) -> None:
        _refuse_control_signs(field.data)

    @property
    def typed(self) -> dict[str, Any]:
        """What `mail.connecting` takes; `days` is None where the choice was made before."""
        values = {name: value for name, value in self.data.items() if name != "csrf_token"}
        return values | {"days": int(values["days"]) if values["days"] != "kept" else None}


class MailboxForm(MailboxFacts):
    """A mailbox with its servers. Passwords are never filled in: empty keeps the saved ones."""

    imap_host = StringField("Server", [Length(max=253)], [_stripped])
    imap_port = Port("Port", [InputRequired(_PORT), NumberRange(1, 65535, _PORT)])
    imap_security = SelectField("Encryption", choices=IMAP_SECURITY)
    imap_username = StringField("User name", [Length(max=320)], [_stripped])
    imap_password = PasswordField("Password", [Length(max=1024)])
    smtp_host = StringField("Server", [Length(max=253)], [_stripped])
    smtp_port = Port("Port", [InputRequired(_PORT), NumberRange(1, 65535, _PORT)])
    smtp_security = SelectField("Encryption", choices=SECURITY)
    smtp_username = StringField("User name", [Length(max=320)], [_stripped])
    smtp_password = PasswordField("Password", [Length(max=1024)])

    def validate_imap_host(self, field: StringField) -> None:
        if field.data and not is_host(field.data):
            raise Wrong("Enter a host name or IP address, like mail.example.com.")

    validate_smtp_host = validate_imap_host

    @property
    def typed(self) -> dict[str, Any]:
        """As MailboxFacts, with the servers; what was left out is ''."""
        values = super().typed
        passwords = ("imap_password", "smtp_password")
        return values | {name: values[name] or "" for name in passwords}


def thresholds(typed: Mapping[str, str]) -> tuple[dict[str, int], Errors]:
    """The numbers typed, by key, and what is wrong with the others."""
    values: dict[str, int] = {}
    errors: Errors = []
    for each in registry.THRESHOLDS:
        try:
            values[each.key] = registry.read(each, typed.get(each.key, ""))
        except Invalid as refusal:
            errors.append((each.key, str(refusal)))
    return values, errors


def version(typed: Mapping[str, str]) -> int:
    """The version a form was opened at; 0, older than any, when it says none."""
    text = typed.get("version", "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


@cache
def time_zones() -> list[SelectChoice]:
    """IANA zones of the world's regions, with UTC first."""
    zones = sorted(zone for zone in available_timezones() if _REGION.fullmatch(zone))
    return [SelectChoice(zone, zone.replace("_", " ")) for zone in ("UTC", *zones)]


@cache
def currencies() -> list[SelectChoice]:
    """The currencies in use today, by code."""
    today = clock.today("UTC")
    places = [str(code) for code in Locale("en").territories]
    countries = [place for place in places if re.fullmatch("[A-Z]{2}", place)]
    codes = {code for country in countries for code in get_territory_currencies(country, today)}
    names = {code: get_currency_name(code, locale="en") for code in sorted(codes)}
    return [SelectChoice(code, f"{code} – {name}") for code, name in names.items()]


def _with(choices: list[SelectChoice], value: str) -> list[SelectChoice]:
    """The choices and the present value, should it be none of them."""
    known = any(each.value == value for each in choices)
    return choices if known else [SelectChoice(value, value), *choices]


def _refuse_control_signs(text: str | None) -> None:
    if re.search(r"[\x00-\x1f\x7f]", text or ""):
        raise Wrong("Only one line of text fits here.")
