"""What a buyer should look at twice before an order leaves: pure sentences about a line."""

from __future__ import annotations

from decimal import Decimal

from shopapp.money import formatted


def doubts(
    quantity: int,
    unit_cost: Decimal,
    currency: str,
    *,
    minimum: int | None = None,
    pack: int | None = None,
    last_cost: Decimal | None = None,
) -> list[str]:
    """Sentences about one line; none when it is as the vendor wants it."""
    found = []
    if minimum and quantity < minimum:
        found.append(f"The vendor takes {minimum:,} or more.")
    if pack and pack > 1 and quantity % pack:
        low, high = quantity // pack * pack, -(-quantity // pack) * pack
        fits = f"{low:,} or {high:,}" if low else f"{high:,}"
        found.append(f"Sold in packs of {pack:,}: {fits} would fit.")
    if unit_cost == 0:
        found.append("The cost is 0.")
    elif last_cost is not None and last_cost != unit_cost:
        found.append(f"Last ordered at {price(last_cost, currency)}.")
    return found


def order_doubt(subtotal: Decimal, minimum: Decimal | None, currency: str, vendor: str) -> str:
    """What lacks to the vendor's order minimum, in a sentence; "" when nothing does."""
    if minimum is None or subtotal >= minimum:
        return ""
    return (
        f"{formatted(minimum - subtotal, currency)} short of {vendor}’s order minimum of "
        f"{formatted(minimum, currency)}."
    )


def price(amount: Decimal, currency: str) -> str:
    """A unit cost with up to four places: '€0.125', and '€4.10' where two say it all."""
    whole = formatted(amount, currency)
    spare = f"{amount:.4f}".rstrip("0").partition(".")[2]
    shown = whole.rpartition(".")[2] if "." in whole else ""
    if len(spare) <= len(shown):
        return whole
    return f"{whole[: len(whole) - len(shown)] if shown else whole + '.'}{spare}"
