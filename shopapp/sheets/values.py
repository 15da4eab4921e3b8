"""What a cell says: amounts, whole numbers, moments, yes or no. A ValueError is a sentence."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta, timezone, tzinfo
from decimal import ROUND_HALF_EVEN, Decimal

_PLACES = Decimal("0.0001")
_MOST_AMOUNT = Decimal(10) ** 13
_MOST_WHOLE = 2_000_000_000
_PLAIN = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)", re.ASCII)
_COMMA_DECIMALS = re.compile(r"[+-]?(\d+|\d{1,3}(\.\d{3})+),\d{1,2}", re.ASCII)
_COMMA_THOUSANDS = re.compile(r"[+-]?\d{1,3}((,\d{3})+\.\d+|(,\d{3}){2,})", re.ASCII)
_SHORTENED = re.compile(r"\d([.,]\d+)?E\+\d+", re.ASCII | re.IGNORECASE)
_MOMENT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.\d+)?)?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?",
    re.ASCII,
)
_YES, _NO = ("true", "yes", "1", "y"), ("false", "no", "0", "n", "")


def amount(text: str) -> Decimal:
    """An exact amount of at most four places; "1,234.50" and "1.234,50" are both understood."""
    cleaned = text.replace("\u00a0", "").replace(" ", "").replace("\u2212", "-")
    if _COMMA_DECIMALS.fullmatch(cleaned):
        cleaned = cleaned.replace(".", "").replace(",", ".")
    elif _COMMA_THOUSANDS.fullmatch(cleaned):
        cleaned = cleaned.replace(",", "")
    if not _PLAIN.fullmatch(cleaned):
        message = f"“{short(text)}” is not an amount. Write it like 12.50."
        raise ValueError(message)
    value = Decimal(cleaned)
    if abs(value) > _MOST_AMOUNT:
        message = f"“{short(text)}” is too large for an amount."
        raise ValueError(message)
    return value.quantize(_PLACES, ROUND_HALF_EVEN)


def whole(text: str) -> int:
    """A whole number; "3.0" is one."""
    try:
        value = amount(text)
    except ValueError:
        value = None
    if value is None or value != value.to_integral_value():
        message = f"“{short(text)}” is not a whole number."
        raise ValueError(message)
    if abs(value) > _MOST_WHOLE:
        message = f"“{short(text)}” is too large."
        raise ValueError(message)
    return int(value)


def moment(text: str, zone: tzinfo) -> datetime:
    """An aware moment in UTC; without an offset of its own it is in `zone`."""
    read = _MOMENT.fullmatch(text.strip())
    if read is None:
        message = (
            f"“{short(text)}” is not a date in Shopify's own form, 2026-03-29 01:59:00 +0100. "
            "Excel may have rewritten it."
        )
        raise ValueError(message)
    year, month, day, hour, minute, second = (int(part or 0) for part in read.groups()[:6])
    try:
        said = datetime(year, month, day, hour, minute, second, tzinfo=_offset(read[7]) or zone)
    except ValueError:
        said = None
    if said is None or not 1970 <= year <= 2199:
        message = f"“{short(text)}” is not a date that exists."
        raise ValueError(message)
    return said.astimezone(UTC)


def day(text: str) -> date:
    """A calendar day written 2026-03-29."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        message = f"“{short(text)}” is not a day. Write it like 2026-03-29."
        raise ValueError(message) from None


def yes(text: str) -> bool:
    """True or false, as Shopify writes them."""
    word = text.strip().lower()
    if word not in (*_YES, *_NO):
        message = f"“{short(text)}” is neither true nor false."
        raise ValueError(message)
    return word in _YES


def unshortened(text: str) -> str:
    """The text; raises for a long number that Excel has cut to 1.23E+12."""
    if _SHORTENED.fullmatch(text):
        message = (
            f"Excel has shortened a long number to “{short(text)}”. Export the file again and "
            "upload it without opening it in Excel."
        )
        raise ValueError(message)
    return text


def words(text: str) -> list[str]:
    """A list written with commas, each once, in the order given."""
    return list(dict.fromkeys(word.strip() for word in text.split(",") if word.strip()))


def short(text: str, most: int = 40) -> str:
    """The text for a sentence: one line, not too long."""
    line = " ".join(text.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _offset(text: str | None) -> tzinfo | None:
    if text is None:
        return None
    if text in ("Z", "UTC"):
        return UTC
    minutes = int(text[1:3]) * 60 + int(text[-2:])
    return timezone(timedelta(minutes=minutes if text[0] == "+" else -minutes))
