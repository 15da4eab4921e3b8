"""Every threshold and toggle of a store: one line each, with what it does."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from shopapp.refusals import Invalid
from shopapp.stores.models import StoreSettings
from shopapp.stores.todays import TODAY

CURRENCY = "currency"  # as a unit: whole units of the store's own currency


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number people may set; `unit` is for people, bounds are inclusive."""

    key: str
    group: str
    label: str
    consequence: str
    unit: str
    default: int
    minimum: int
    maximum: int


@dataclass(frozen=True, slots=True)
class Toggle:
    """A switch; `risk` is what may go wrong when it is on, empty when nothing can."""

    key: str
    label: str
    consequence: str
    default: bool
    risk: str = ""


THRESHOLDS = (
    Threshold(
        "undo_seconds",
        "Inbox",
        "Undo window",
        "How long an approved reply waits before it leaves.",
        "seconds",
        10,
        0,
        60,
    ),
    Threshold(
        "overdue_hours",
        "Inbox",
        "Overdue after",
        "An open ticket that waits longer is marked overdue.",
        "hours",
        12,
        1,
        240,
    ),
    Threshold(
        "order_data_hours",
        "Inbox",
        "Order data is old after",
        "A drafted reply about an order that was read longer ago asks before it is sent.",
        "hours",
        24,
        1,
        8760,
    ),
    Threshold(
        "unfulfilled_hours",
        "Orders",
        "Not shipped after",
        "An order that waits longer to be shipped gets a flag.",
        "hours",
        24,
        1,
        720,
    ),
    Threshold(
        "high_value_order",
        "Orders",
        "High-value order",
        "An order above this gets a flag before it is shipped.",
        CURRENCY,
        300,
        1,
        1_000_000,
    ),
    Threshold(
        "low_stock_minimum",
        "Stock",
        "Low stock",
        "A variant with fewer units counts as low, once there are stock pages.",
        "units",
        5,
        0,
        100_000,
    ),
    Threshold(
        "overstock_days",
        "Stock",
        "Overstock",
        "Days of cover that count as too much stock, once there are stock pages.",
        "days",
        180,
        14,
        3650,
    ),
    Threshold(
        "return_rate",
        "Orders",
        "Return rate",
        "A product returned more often counts as a problem, once there are sales pages.",
        "percent",
        10,
        1,
        100,
    ),
    *(
        Threshold(key, "Today", label, reason, unit, default, least, most)
        for key, label, reason, unit, default, least, most in TODAY
    ),
)
TOGGLES = (
    Toggle(
        "ai_drafts",
        "Draft replies to new mail",
        "A draft waits in the ticket. Nothing is sent without a person's approval.",
        True,
    ),
    Toggle(
        "learn_from_replies",
        "Learn from approved replies",
        "Replies your team approved become examples for later drafts in this store.",
        True,
    ),
    Toggle(
        "same_subject_threading",
        "Join mails by sender and subject",
        "A new mail with the subject of a recent ticket of the same sender joins it, even when "
        "its headers name no earlier mail.",
        True,
    ),
    Toggle(
        "quote_original",
        "Quote the mail that is answered",
        "Below a reply stands the customer's last message, as most people expect.",
        True,
    ),
    Toggle(
        "plus_addresses",
        "Answer to an address that names the ticket",
        "Replies ask for answers at help+… instead of help@…, so that an answer finds its ticket "
        "even when its mail program drops every other trace.",
        False,
        "Where the mail server does not deliver addresses with a plus, answers are lost.",
    ),
    Toggle(
        "remote_images",
        "Load remote images",
        "Pictures in customers' mail are loaded from elsewhere.",
        False,
        "Senders can see that and when a mail was opened.",
    ),
)
_THRESHOLDS = {threshold.key: threshold for threshold in THRESHOLDS}
_TOGGLES = {toggle.key: toggle for toggle in TOGGLES}


def threshold(key: str) -> Threshold | None:
    """The threshold with this key."""
    return _THRESHOLDS.get(key)


def limits(settings: StoreSettings) -> dict[str, int]:
    """Every threshold's value in the store, by key."""
    return {each.key: limit(settings, each.key) for each in THRESHOLDS}


def switches(settings: StoreSettings) -> dict[str, bool]:
    """Whether each toggle is on in the store, by key."""
    return {each.key: is_on(settings, each.key) for each in TOGGLES}


def limit(settings: StoreSettings, key: str) -> int:
    """The store's value of a threshold, or its default."""
    value = settings.thresholds.get(key)
    return int(value) if value is not None else _THRESHOLDS[key].default


def is_on(settings: StoreSettings, key: str) -> bool:
    """Whether a toggle is on in the store."""
    return settings.toggles.get(key, _TOGGLES[key].default)


def read(threshold: Threshold, typed: str) -> int:
    """The number somebody typed; raises Invalid saying what is expected."""
    try:
        number = Decimal(typed.strip().replace(" ", ""))
        if number != number.to_integral_value():
            raise InvalidOperation
        value = int(number)
    except (InvalidOperation, ValueError, OverflowError):
        value = None
    if value is None or not threshold.minimum <= value <= threshold.maximum:
        message = (
            f"{threshold.label} must be a whole number from {threshold.minimum:,} "
            f"to {threshold.maximum:,}."
        )
        raise Invalid(message, threshold.key)
    return value
