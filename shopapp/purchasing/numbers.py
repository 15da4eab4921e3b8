"""Numbers as people type them: whole quantities, and money with a point or a comma."""

from __future__ import annotations

import re
from decimal import Decimal

MOST_UNITS = 1_000_000
MOST_MONEY = Decimal(1_000_000)


def quantity(text: str, *, least: int = 1) -> int:
    """A number of units; raises ValueError with a sentence."""
    typed = re.sub(r"[\s,]", "", text) if re.fullmatch(r"\d{1,3}(,\d{3})+", text) else text.strip()
    if re.fullmatch(r"[0-9]{1,7}", typed) and least <= int(typed) <= MOST_UNITS:
        return int(typed)
    message = f"Enter a whole number from {least} to {MOST_UNITS:,}."
    raise ValueError(message)


def amount(text: str, *, places: int = 4) -> Decimal:
    """An amount of money of at most `places` decimals; raises ValueError with a sentence.

    '4.10', '4,10' and '1,204.50' are read; '1,204', which may be either, is refused.
    """
    typed = text.strip().replace(" ", "").replace("\u00a0", "")
    if re.fullmatch(r"\d{1,3}(,\d{3})+\.\d*", typed):
        typed = typed.replace(",", "")
    elif re.fullmatch(r"\d+,\d{3}", typed) and not typed.startswith("0,"):
        message = f"Write {typed.replace(',', '')} or {typed.replace(',', '.')}."
        raise ValueError(message)
    read = re.fullmatch(r"([0-9]{1,9})(?:[.,]([0-9]{0,9}))?", typed)
    if read is None:
        message = "Enter an amount like 4.10."
        raise ValueError(message)
    decimals = (read[2] or "").rstrip("0")
    if len(decimals) > places:
        message = f"At most {places} decimals fit." if places else "No decimals fit this currency."
        raise ValueError(message)
    value = Decimal(f"{int(read[1])}.{decimals or 0}")
    if value > MOST_MONEY:
        message = f"At most {MOST_MONEY:,} fits."
        raise ValueError(message)
    return value


def days(text: str) -> float:
    """A number of days, also a broken one; raises ValueError with a sentence."""
    typed = text.strip().replace(",", ".")
    if re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", typed) and float(typed) <= 730:
        return float(typed)
    message = "Enter a number of days from 0 to 730."
    raise ValueError(message)


def plain(value: Decimal | float | int | None) -> str:
    """A number as an input holds it: '4.10' for money, '0.125', '' for nothing."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        whole, _, decimals = f"{value:.4f}".partition(".")
        return f"{whole}.{decimals.rstrip('0').ljust(2, '0')}"
    return f"{value:g}"
