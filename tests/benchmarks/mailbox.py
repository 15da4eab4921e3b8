"""A mailbox of 200,000 messages for the benchmarks, the same each time."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, Engine, Table, insert, text

from shopapp import ids
from shopapp.catalog.models import Order, OrderLine
from shopapp.inbox.models import AuthorType, DeliveryState, Direction, Ticket, TicketMessage
from shopapp.inbox.models import TicketStatus as S
from tests import cast

COMMON = ("order", "parcel", "hello", "thank", "please", "delivery", "the", "and", "is", "my")
BATCH, A_TICKET = 2_000, 5
CUSTOMERS = {
    "author_type": AuthorType.CUSTOMER,
    "direction": Direction.IN,
    "delivery_state": DeliveryState.RECEIVED,
}
WORDS = 90  # in a message: about 600 characters
RARE, PHRASE, PAST = "zygote", "broken copper kettle", "pumpkin"


def fill(engine: Engine, messages: int) -> int:
    """Plant `messages` messages, five a ticket; one ticket in twenty is open. The tickets."""
    chance = random.Random(5)
    dictionary = [_word(chance) for _ in range(30_000)]
    tickets = messages // A_TICKET
    for start in range(0, tickets, BATCH):
        numbers = range(start, min(start + BATCH, tickets))
        with engine.begin() as connection:
            _bind(connection)
            _plant(connection, chance, dictionary, numbers, tickets)
    return tickets


def _plant(
    connection: Connection,
    chance: random.Random,
    dictionary: list[str],
    numbers: range,
    tickets: int,
) -> None:
    rows = [_ticket(number, tickets) for number in numbers]
    _insert(connection, Ticket.__table__, rows)
    letters = [letter for row in rows for letter in _letters(chance, dictionary, row, tickets)]
    _insert(connection, TicketMessage.__table__, letters)
    orders = [_order(row) for row in rows if row["number"] % 4 == 0]
    _insert(connection, Order.__table__, orders)
    _insert(connection, OrderLine.__table__, [_line(order) for order in orders])


def _insert(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    assert isinstance(table, Table)
    if rows:
        connection.execute(insert(table), rows)


def _ticket(number: int, tickets: int) -> dict[str, Any]:
    moment = cast.NOON - timedelta(minutes=7 * (tickets - number))
    return {
        "id": ids.new_id(),
        "store_id": cast.HARBOR.id,
        "number": 10_000 + number,
        "subject": f"Order {number} and its parcel",
        "status": S.OPEN if number % 20 == 0 else S.CLOSED,
        "customer_email": f"buyer{number}@mail.example",
        "customer_name": f"Buyer {number}",
        "assignee_id": cast.BEN.id if number % 3 == 0 else None,
        "preview": "Hello, where is my parcel?",
        "last_message_at": moment,
        "created_at": moment,
        "updated_at": moment,
    }


def _letters(
    chance: random.Random, dictionary: list[str], ticket: dict[str, Any], tickets: int
) -> Iterator[dict[str, Any]]:
    number = ticket["number"]
    for place in range(A_TICKET):
        words = [
            chance.choice(COMMON if chance.random() < 0.4 else dictionary) for _ in range(WORDS)
        ]
        _special(words, number, place, is_old=(number - 10_000) * 8 < tickets)
        moment = ticket["last_message_at"] - timedelta(minutes=A_TICKET - place)
        body = " ".join(words)
        yield {
            "id": ids.new_id(),
            "store_id": ticket["store_id"],
            "ticket_id": ticket["id"],
            **CUSTOMERS,
            "author_name": ticket["customer_name"],
            "author_email": ticket["customer_email"],
            "recipients": ["help@harbor.example"],
            "subject": ticket["subject"],
            "body_text": body,
            "visible_text": body,
            "sent_at": moment,
            "created_at": moment,
            "updated_at": moment,
        }


def _special(words: list[str], number: int, place: int, *, is_old: bool) -> None:
    """Words for the benchmark's queries."""
    if number % 4_000 == 0 and place == 1:
        words[10] = RARE
    if number % 400 == 0 and place == 2:
        words[5:5] = PHRASE.split()
    if is_old:
        words[20] = PAST


def _order(ticket: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": ids.new_id(),
        "store_id": ticket["store_id"],
        "shopify_id": f"b{ticket['number']}",
        "name": f"#{ticket['number']}",
        "email": ticket["customer_email"],
        "placed_at": ticket["last_message_at"],
        "synced_at": ticket["last_message_at"],
        "currency": "GBP",
        "total": 40,
    }


def _line(order: dict[str, Any]) -> dict[str, Any]:
    return {
        "store_id": order["store_id"],
        "order_id": order["id"],
        "shopify_id": f"l{order['shopify_id']}",
        "position": 1,
        "title": "Tea",
        "sku": f"TEA-{order['name'][1:]}",
        "quantity": 1,
        "price": 40,
    }


def _bind(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.execute(
            text("SELECT set_config('app.store_id', :store, true)"), {"store": cast.HARBOR.id}
        )


def _word(chance: random.Random) -> str:
    return "".join(
        chance.choice("bcdfghklmnprst") + chance.choice("aeiou")
        for _ in range(chance.randint(2, 4))
    )
