"""What a text says of an order without a number, and what only sounds like it."""

from __future__ import annotations

import pytest

from shopapp.drafts.locking.claims import claims, holds
from shopapp.drafts.locking.lock import unsupported
from tests.drafts.shop import order, packet


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("It was delivered.", "delivered"),
        ("Your parcel has already been handed over to you.", "delivered"),
        ("It has not shipped yet.", "not shipped"),
        ("We just dispatched it.", "shipped"),
        ("We've refunded you.", "refunded"),
        ("Your order was cancelled, as you asked.", "cancelled"),
        ("It is out for delivery.", "underway"),
        ("We have sent you a replacement.", "replaced"),
        ("Ihre Bestellung wurde gestern noch nicht verschickt.", "not shipped"),
        ("Wir haben Ihnen alles erstattet.", "refunded"),
        ("Votre commande a bien été expédiée.", "shipped"),
        ("Su pedido ha sido entregado.", "delivered"),
        ("Il tuo ordine è stato annullato.", "cancelled"),
        ("Je bestelling is vandaag verzonden.", "shipped"),
        ("O seu pedido foi entregue.", "delivered"),
        ("The return is free of charge.", "free"),
        ("It reaches you tomorrow.", "tomorrow"),
        ("Sie kommt am Freitag.", "4"),
    ],
)
def test_a_claim_is_read(text: str, value: str) -> None:
    assert value in [claim.value for claim in claims(text)]


@pytest.mark.parametrize(
    "text",
    [
        "Once it has shipped, we write.",
        "We will refund you when it has been returned.",
        "Has it been delivered?",
        "Orders are delivered within 3 days.",
        "An order is shipped within a day.",
        "Sobald es verschickt wurde, melden wir uns.",
        "Dès que le colis a été expédié, vous le saurez.",
        "Guten Morgen, wie geht es Ihnen?",
        "A gift card shows what is left on it.",
        "How do you feel free to ask?",
    ],
)
def test_conditions_rules_questions_and_greetings_claim_nothing(text: str) -> None:
    assert claims(text) == ()


@pytest.mark.parametrize(
    ("status", "true", "wrong"),
    [
        ("preparing", ["not shipped", "preparing"], ["shipped", "delivered", "underway"]),
        ("in-transit", ["shipped", "underway", "not delivered"], ["not shipped", "preparing"]),
        ("delivered", ["shipped", "delivered"], ["underway", "not delivered", "cancelled"]),
        ("refunded", ["refunded"], ["cancelled", "not refunded", "replaced", "not replaced"]),
    ],
)
def test_a_state_holds_or_not(status: str, true: list[str], wrong: list[str]) -> None:
    assert [holds(state, order(status)) for state in true] == [True] * len(true)
    assert [holds(state, order(status)) for state in wrong] == [False] * len(wrong)


@pytest.mark.parametrize(
    ("text", "flagged"),
    [
        ("It was shipped on 10 March and should arrive by 16 March.", []),
        ("It was delivered on 10 March.", ["was delivered", "10 March"]),
        ("It should arrive on 10 March.", ["10 March"]),
        ("You ordered on 16 March 2026.", ["16 March 2026"]),
        ("It arrives on Monday.", []),
        ("It arrives on Tuesday.", ["Tuesday"]),
        ("It left us on Tuesday.", []),
        ("It arrives next Monday.", []),
        ("It arrived last Monday.", ["Monday"]),
        ("It arrives on Sunday.", ["Sunday"]),
    ],
)
def test_a_day_has_to_be_the_day_of_what_is_said(text: str, flagged: list[str]) -> None:
    assert [fact.text for fact in unsupported(text, packet())] == flagged
