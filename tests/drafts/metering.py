"""A store whose drafts a language model writes: its settings, and calls held against them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from shopapp.connectors.llm.shapes import Answer, ChatModel, Message, Question, Spent
from shopapp.db import Session
from shopapp.drafts.actions.asking import Metered, tariff_of
from shopapp.drafts.actions.spending import Tariff
from shopapp.drafts.drafters.pricing import Prices, cost, most_tokens_in
from shopapp.drafts.models import ModelCall, ModelMonth, ModelService, ServiceKind
from shopapp.tenancy import store_transaction
from tests.jobs.scaffold import Shop

ASKED = Question((Message("user", "Where is my parcel?"),), "small", 1000)
PRICES = Prices(Decimal(100), Decimal(400))
TOKENS_IN = most_tokens_in(["Where is my parcel?"])
MOST = cost(PRICES, TOKENS_IN, 1000)
FULL = Answer("All of it.", "small", "stop", Spent(TOKENS_IN, 1000))


def choose(shop: Shop, **values: Any) -> None:
    """Let a service write the store's drafts."""
    known: dict[str, Any] = {
        "kind": ServiceKind.OPENAI,
        "base_url": "http://127.0.0.1:9/v1",
        "model": "small",
        "input_price": PRICES.tokens_in,
        "output_price": PRICES.tokens_out,
    }
    with shop.session() as session:
        session.add(ModelService(**{**known, **values}))


def service(session: Session) -> ModelService:
    return session.scalars(select(ModelService)).one()


def metered(shop: Shop, model: ChatModel, **options: Any) -> Metered:
    """`model` behind the store's meter; needs an app context."""

    def transaction() -> AbstractContextManager[Session]:
        return store_transaction(shop.store_id)

    with transaction() as session:
        tariff: Tariff = tariff_of(service(session))
    return Metered(model, shop.store_id, transaction, tariff, timedelta(seconds=30), **options)


def calls(session: Session) -> list[ModelCall]:
    return list(session.scalars(select(ModelCall).order_by(ModelCall.id)))


def month(session: Session) -> ModelMonth:
    return session.scalars(select(ModelMonth)).one()
