"""Calls of the language model go after a while; what a month came to stays to the last place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import Engine, func, select, update

from shopapp import clock
from shopapp.config import Config
from shopapp.connectors.llm.shapes import Spent
from shopapp.db import Session, db
from shopapp.drafts.actions import spending
from shopapp.drafts.actions.spending import Occasion, OverBudget, Tariff
from shopapp.drafts.drafters.pricing import Prices
from shopapp.drafts.models import ModelCall, ModelMonth
from shopapp.drafts.queries.writers import month_so_far
from shopapp.ops.retention import rules, running
from shopapp.stores.queries import settings
from shopapp.tenancy import bind
from tests import cast

PRICES = Prices(Decimal(1), Decimal(2))
TARIFF = Tariff(PRICES, Decimal(1))
Transaction = Callable[[], AbstractContextManager[Session]]


@pytest.fixture
def harbor(engine: Engine) -> Transaction:
    @contextmanager
    def transaction() -> Iterator[Session]:
        with Session(db, bind=engine, expire_on_commit=False) as session:
            bind(session, cast.HARBOR.id)
            yield session
            session.commit()

    return transaction


def call(harbor: Transaction, tokens: int, *, is_over: bool = True) -> str:
    with harbor() as session:
        row = spending.reserve(
            session, Occasion("small", "draft"), TARIFF, tokens_in=tokens, tokens_out=0
        )
        if is_over:
            spending.settle(session, row.id, PRICES, Spent(tokens, 0))
        return row.id


def age(harbor: Transaction, days: int) -> None:
    """Let all calls lie `days` back."""
    with harbor() as session:
        session.execute(update(ModelCall).values(created_at=clock.now() - timedelta(days=days)))


def money(harbor: Transaction) -> tuple[Decimal, Decimal]:
    with harbor() as session:
        row = session.scalars(select(ModelMonth)).one()
        return row.spent, row.reserved


def kept(harbor: Transaction) -> int:
    with harbor() as session:
        return session.scalar(select(func.count()).select_from(ModelCall)) or 0


def test_old_calls_go_and_the_months_sum_stays_exact(harbor: Transaction, config: Config) -> None:
    for tokens in (333_333, 123_457, 1):
        call(harbor, tokens)
    before = money(harbor)
    assert before == (Decimal("0.4570"), 0)
    age(harbor, 91)
    assert running.run(harbor, config, clock.now())["keep_calls"] == 3
    assert (kept(harbor), money(harbor)) == (0, before)


def test_the_budget_counts_what_was_spent_by_calls_that_are_gone(
    harbor: Transaction, config: Config
) -> None:
    call(harbor, 900_000)
    age(harbor, 91)
    running.run(harbor, config, clock.now())
    with pytest.raises(OverBudget):
        call(harbor, 200_000)
    call(harbor, 100_000)
    assert money(harbor) == (1, 0)


def test_a_call_under_way_keeps_what_it_holds(harbor: Transaction, config: Config) -> None:
    held = call(harbor, 500_000, is_over=False)
    age(harbor, 91)
    assert running.run(harbor, config, clock.now())["keep_calls"] == 0
    with harbor() as session:
        spending.release(session, held, error="Refused.")
    assert money(harbor) == (0, 0)


def test_however_short_they_are_kept_a_months_calls_are_all_there(
    harbor: Transaction, config: Config
) -> None:
    rule = rules.rule("keep_calls")
    assert rule
    assert rule.floor > 31
    call(harbor, 1_000)
    age(harbor, 31)
    with harbor() as session:
        settings(session).retention_overrides = {"keep_calls": rule.floor}
    running.run(harbor, config, clock.now())
    with harbor() as session:
        assert month_so_far(session, spending.month_of(session)).calls == 1
