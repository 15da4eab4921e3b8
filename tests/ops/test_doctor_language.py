"""The doctor on language models: set up, key, breaker, budget, last answer; it asks nobody."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import func, select

from shopapp.connections.language_models import keep_model_key
from shopapp.connectors.llm.shapes import Spent
from shopapp.crypto import instance
from shopapp.db import Session
from shopapp.drafts.actions import breaking, spending
from shopapp.drafts.actions.asking import tariff_of
from shopapp.drafts.actions.spending import Occasion
from shopapp.drafts.drafters.pricing import Prices
from shopapp.drafts.models import ModelCall, ModelService, ServiceKind
from shopapp.ops.doctor import language
from shopapp.ops.doctor.cases import Case
from tests.conftest import OpenStore
from tests.ops.examined import OK, UNKNOWN, WARNING, WRONG, status

PRICES = Prices(Decimal(1), Decimal(2))
USUAL: dict[str, Any] = {
    "kind": ServiceKind.OPENAI,
    "base_url": "http://127.0.0.1:9/v1",
    "model": "small",
    "input_price": PRICES.tokens_in,
    "output_price": PRICES.tokens_out,
}


@pytest.fixture
def hill(store_session: OpenStore) -> Session:
    """A session of Hill's: the other store has chosen nothing."""
    return store_session("hill")


def choose(hill: Session, **values: Any) -> ModelService:
    service = ModelService(**{**USUAL, **values})
    hill.add(service)
    hill.commit()
    return service


def call(hill: Session, service: ModelService, *, tokens: int = 1_000_000) -> None:
    """An answered call, one amount of money for each million tokens."""
    row = spending.reserve(
        hill, Occasion("small", "draft"), tariff_of(service), tokens_in=tokens, tokens_out=0
    )
    spending.settle(hill, row.id, PRICES, Spent(tokens, 0))
    hill.commit()


def test_without_a_service_nothing_is_asked_and_all_is_well(case: Case, hill: Session) -> None:
    assert "no service is asked" in language.ready(case).sentence
    assert language.answering(case) is None
    assert language.money(case) is None
    choose(hill, kind=ServiceKind.EMBEDDED)
    assert status(language.ready, case) is OK


def test_a_service_without_a_model_is_not_set_up(case: Case, hill: Session) -> None:
    choose(hill, model="")
    assert status(language.ready, case) is WRONG
    assert "Hill Tents" in language.ready(case).sentence


def test_a_key_is_readable_until_the_keyring_is_another(case: Case, hill: Session) -> None:
    choose(hill)
    assert status(language.ready, case) is OK
    keep_model_key(hill, "sk-secret", keyring=instance.load(case.config).keyring)
    hill.commit()
    assert status(language.ready, case) is OK
    for file in case.config.instance.iterdir():
        file.unlink()
    instance.load(case.config)
    assert status(language.ready, case) is WRONG
    assert "sk-secret" not in str(language.ready(case))


def test_it_says_when_the_service_last_answered(case: Case, hill: Session) -> None:
    service = choose(hill)
    assert status(language.answering, case) is UNKNOWN
    call(hill, service)
    assert status(language.answering, case) is OK
    found = language.answering(case)
    assert found
    assert found.sentence.startswith("The language model last answered")


def test_failures_in_a_row_and_an_open_breaker_are_told(case: Case, hill: Session) -> None:
    service = choose(hill)
    call(hill, service)
    for _ in range(breaking.MOST_FAILURES - 1):
        breaking.failed(hill, service.id, "It is down.", latency_ms=None)
    hill.commit()
    assert "failed 4 times in a row; it last answered" in str(language.answering(case))
    breaking.failed(hill, service.id, "It is down.", latency_ms=None)
    hill.commit()
    assert status(language.answering, case) is WARNING
    assert "left alone" in str(language.answering(case))


@pytest.mark.parametrize(("spent", "expected"), [(1, OK), (8, OK), (9, WARNING), (10, WARNING)])
def test_a_budget_that_is_nearly_used_up_is_told(
    case: Case, hill: Session, spent: int, expected: object
) -> None:
    service = choose(hill, monthly_budget=Decimal(10))
    call(hill, service, tokens=spent * 1_000_000)
    assert status(language.money, case) is expected
    assert f"{spent}.00 of this month’s budget of 10.00" in str(language.money(case))


def test_a_budget_without_prices_stops_every_call(case: Case, hill: Session) -> None:
    choose(hill, monthly_budget=Decimal(10), input_price=None)
    assert status(language.money, case) is WRONG


def test_without_a_budget_it_says_what_was_spent(case: Case, hill: Session) -> None:
    call(hill, choose(hill))
    assert "No budget is set; 1.00 was spent" in str(language.money(case))


def test_looking_makes_no_call(case: Case, hill: Session) -> None:
    service = choose(hill, monthly_budget=Decimal(10))
    for check in (language.ready, language.answering, language.money):
        check(case)
    hill.expire_all()
    assert service.failures == 0
    assert hill.scalar(select(func.count()).select_from(ModelCall)) == 0
