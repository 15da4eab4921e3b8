"""What purchasing's forms accept: an order with its lines, a vendor, a vendor's terms."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

from babel import Locale
from babel.numbers import get_currency_name, get_territory_currencies, list_currencies
from werkzeug.datastructures import MultiDict

from shopapp.connectors.mail.addresses import ascii_address
from shopapp.purchasing import numbers
from shopapp.purchasing.actions.drafting import MOST_LINES
from shopapp.purchasing.actions.editing import Typed, TypedLine
from shopapp.purchasing.totals import precision

LONGEST = 4000
Values = MultiDict[str, str]


@dataclass(slots=True)
class Read:
    """What was typed, by field name, what it means, and what is wrong with the rest."""

    texts: dict[str, str] = field(default_factory=dict)
    values: dict[str, Any] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    variants: dict[str, str] = field(default_factory=dict)
    version: int = 0

    @property
    def problems(self) -> list[tuple[str, str]]:
        """(field id, message) pairs."""
        return list(self.errors.items())

    def take(self, form: Values, name: str, read: Callable[[str], Any], *, source: str = "") -> Any:
        """The meaning of a field (posted as `source`), None when it has none."""
        self.texts[name] = text = form.get(source or name, "").replace("\r\n", "\n")
        try:
            self.values[name] = read(text)
        except ValueError as wrong:
            self.errors[name] = str(wrong)
        return self.values.get(name)


def version(form: Values, name: str = "version") -> int:
    """The version a form was opened at; 0, older than any, when it says none."""
    text = form.get(name, "")
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else 0


def order(
    form: Values, currency: str, locations: Collection[str], there: Mapping[str, str]
) -> tuple[Read, Typed | None]:
    """The order as typed; None when something is wrong with it.

    `there` are the variants by line as they are now: a line that was replaced meanwhile is known
    again by its variant.
    """
    read = Read(version=version(form))
    lines = [
        _line(read, form, key, there)
        for key in dict.fromkeys(form.getlist("line")[: 2 * MOST_LINES])
    ]
    places = precision(currency)
    read.take(form, "notes", text(LONGEST))
    read.take(form, "expected_at", _optional(_day))
    read.take(form, "shipping", lambda typed: numbers.amount(typed or "0", places=places))
    read.take(form, "location_id", _one_of(locations, "Choose where the goods go."))
    if read.errors:
        return read, None
    names = ("notes", "expected_at", "shipping", "location_id")
    rest = {name: read.values[name] for name in names}
    return read, Typed(lines=[line for line in lines if line], **rest)


def _line(read: Read, form: Values, old: str, there: Mapping[str, str]) -> TypedLine | None:
    variant = form.get(f"variant-{old}", "")
    same = (key for key, value in there.items() if variant and value == variant)
    key = old if old in there else next(same, old)
    read.variants[key] = variant
    units = read.take(form, f"quantity-{key}", numbers.quantity, source=f"quantity-{old}")
    cost = read.take(form, f"unit_cost-{key}", numbers.amount, source=f"unit_cost-{old}")
    return None if units is None or cost is None else TypedLine(key, variant, units, cost)


def vendor(form: Values) -> Read:
    """A vendor's own values."""
    read = Read(version=version(form))
    read.take(form, "name", _required("The vendor needs a name.", 120))
    read.take(form, "email", _optional(_address))
    currency = read.take(form, "currency", _currency) or "EUR"
    read.take(form, "lead_time_mean", _optional(numbers.days))
    read.take(form, "lead_time_sd", _optional(numbers.days))
    places = precision(currency)
    read.take(form, "order_minimum", _optional(lambda t: numbers.amount(t, places=places)))
    read.take(form, "terms", text(200))
    read.take(form, "address", text(1000))
    return read


def terms(form: Values) -> tuple[Read, dict[str, tuple[int, dict[str, Any]]]]:
    """What a vendor asks for each article: (version, values) by variant."""
    read, found = Read(), {}
    for key in dict.fromkeys(form.getlist("variant")[:200]):
        values = {
            "vendor_sku": read.take(form, f"vendor_sku-{key}", _optional(text(80))),
            "cost": read.take(form, f"cost-{key}", _optional(numbers.amount)),
            "minimum_quantity": read.take(
                form, f"minimum_quantity-{key}", _optional(numbers.quantity)
            ),
            "pack_size": read.take(form, f"pack_size-{key}", _optional(numbers.quantity)),
            "lead_time_days": read.take(form, f"lead_time_days-{key}", _optional(numbers.days)),
        }
        found[key] = (version(form, f"version-{key}"), values)
    return read, found


def text(longest: int) -> Callable[[str], str]:
    """Text without the space around it."""

    def read(typed: str) -> str:
        if len(typed) > longest:
            message = f"At most {longest:,} characters fit."
            raise ValueError(message)
        return typed.strip()

    return read


@cache
def currencies() -> tuple[tuple[str, str], ...]:
    """(code, label) pairs of the currencies that are some country's money."""
    places = [str(code) for code in Locale("en").territories if re.fullmatch("[A-Z]{2}", str(code))]
    codes = {code for place in places for code in get_territory_currencies(place)}
    return tuple(
        (code, f"{code} – {get_currency_name(code, locale='en')}") for code in sorted(codes)
    )


def _optional(read: Callable[[str], Any]) -> Callable[[str], Any]:
    return lambda typed: read(typed) if typed.strip() else None


def _required(message: str, longest: int) -> Callable[[str], str]:
    def read(typed: str) -> str:
        found = " ".join(text(longest)(typed).split())
        if not found:
            raise ValueError(message)
        return found

    return read


def _one_of(choices: Collection[str], message: str) -> Callable[[str], str]:
    def read(typed: str) -> str:
        if typed not in choices:
            raise ValueError(message)
        return typed

    return read


def _day(typed: str) -> date:
    try:
        found = date.fromisoformat(typed.strip())
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2100:
        message = "Enter a day like 2026-12-24."
        raise ValueError(message)
    return found


def _address(typed: str) -> str:
    try:
        return ascii_address(typed.strip())
    except ValueError:
        message = "Enter an e-mail address like orders@mill.example."
        raise ValueError(message) from None


def _currency(typed: str) -> str:
    if typed not in list_currencies():
        message = "Choose a currency."
        raise ValueError(message)
    return typed
