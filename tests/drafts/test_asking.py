"""A metered call: held against the budget, asked in no transaction, settled whatever happens."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from shopapp import clock
from shopapp.connections.language_models import keep_model_key
from shopapp.connectors.errors import (
    AuthFailed,
    ConnectorError,
    Misconfigured,
    Permanent,
    Temporary,
)
from shopapp.connectors.llm.fake import FakeModel
from shopapp.connectors.llm.shapes import Answer, Declined, Interrupted, Spent
from shopapp.db import db
from shopapp.drafts.actions import asking, spending
from shopapp.drafts.actions.spending import FORGOTTEN, OverBudget
from shopapp.drafts.models import CallState, ModelCall, ModelMonth
from shopapp.jobs import ledger, worker
from shopapp.tenancy import store_transaction
from tests.drafts.metering import ASKED, FULL, MOST, PRICES, calls, choose, metered, month, service
from tests.jobs.scaffold import Shop, shop
from tests.servers.llm import Act, LlmServer

__all__ = ["shop"]
CHEAP = Answer("Soon.", "small", "stop", Spent(40, 5))


def test_an_answer_says_what_it_cost_and_the_month_knows(shop: Shop) -> None:
    choose(shop, monthly_budget=Decimal(1))
    with shop.app.app_context():
        answer = metered(shop, FakeModel(CHEAP)).chat(ASKED)
    assert answer.spent == Spent(40, 5, Decimal("0.006"))
    with shop.session() as session:
        (call,) = calls(session)
        assert (call.state, call.cost, call.reserved) == (CallState.SETTLED, Decimal("0.006"), MOST)
        assert (month(session).spent, month(session).reserved) == (Decimal("0.006"), 0)


def test_a_stream_is_metered_the_same(shop: Shop) -> None:
    choose(shop)
    with shop.app.app_context():
        *pieces, answer = metered(shop, FakeModel(CHEAP)).stream(ASKED)
    assert pieces == ["Soon."]
    assert isinstance(answer, Answer)
    assert answer.spent.cost == Decimal("0.006")


def test_the_service_is_asked_while_the_most_is_held_and_no_transaction_is_open(
    shop: Shop,
) -> None:
    choose(shop, monthly_budget=Decimal(1))
    seen: list[Decimal] = []

    def look_around() -> None:
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]
        with shop.session() as session:
            seen.append(month(session).reserved)

    with shop.app.app_context():
        model = metered(shop, FakeModel(CHEAP, look_around=look_around))
        model.chat(ASKED)
        list(model.stream(ASKED))
    assert seen == [MOST, MOST]


@pytest.mark.parametrize(
    ("error", "price"),
    [
        (Temporary("Down."), Decimal(0)),
        (AuthFailed("No."), Decimal(0)),
        (Permanent("Too long."), Decimal(0)),
        (Interrupted("Cut."), MOST),
        (Declined("No.", ended="refusal", spent=Spent(40, 5)), Decimal("0.006")),
        (Declined("No.", ended="refusal", spent=Spent()), MOST),
    ],
)
def test_what_may_have_been_billed_counts_and_what_was_refused_does_not(
    shop: Shop, error: ConnectorError, price: Decimal
) -> None:
    choose(shop, monthly_budget=Decimal(1))
    with shop.app.app_context(), pytest.raises(type(error)):
        metered(shop, FakeModel(error)).chat(ASKED)
    with shop.session() as session:
        (call,) = calls(session)
        assert (call.state, call.cost, call.error) == (CallState.FAILED, price, error.message)
        assert (month(session).spent, month(session).reserved) == (price, 0)


def test_tokens_nobody_counted_cost_the_most_they_could(shop: Shop) -> None:
    choose(shop)
    with shop.app.app_context():
        answer = metered(shop, FakeModel(replace(CHEAP, spent=Spent()))).chat(ASKED)
    assert answer.spent.cost == MOST


def test_a_stream_that_is_left_alone_counts_as_the_most(shop: Shop) -> None:
    choose(shop)
    with shop.app.app_context():
        pieces = metered(shop, FakeModel(replace(FULL, text="a b c"))).stream(ASKED)
        next(pieces)
        pieces.close()  # type: ignore[attr-defined]
    with shop.session() as session:
        assert service(session).failures == 0
        assert [call.state for call in calls(session)] == [CallState.FAILED]
        assert (month(session).spent, month(session).reserved) == (MOST, 0)


def test_a_call_that_does_not_fit_is_not_made(shop: Shop) -> None:
    choose(shop, monthly_budget=MOST * 2 - Decimal("0.0001"))
    fake = FakeModel(FULL)
    with shop.app.app_context():
        model = metered(shop, fake)
        model.chat(ASKED)
        with pytest.raises(
            OverBudget, match="budget for the language model does not hold another call"
        ):
            model.chat(ASKED)
    assert len(fake.questions) == 1
    with shop.session() as session:
        assert len(calls(session)) == 1


def test_a_budget_needs_prices_and_without_either_costs_are_unknown(shop: Shop) -> None:
    choose(shop, monthly_budget=Decimal(1), input_price=None)
    with shop.app.app_context():
        model = metered(shop, FakeModel(CHEAP))
        with pytest.raises(Misconfigured, match="needs the model's prices"):
            model.chat(ASKED)
        free = replace(model, tariff=replace(model.tariff, budget=None))
        assert free.chat(ASKED).spent == Spent(40, 5)
    with shop.session() as session:
        (call,) = calls(session)
        assert (call.reserved, call.cost, month(session).spent) == (None, None, 0)


def test_calls_at_once_never_cost_more_than_the_budget(shop: Shop) -> None:
    """Twenty calls of which each costs all it may, where the budget holds seven."""
    budget = MOST * 7 + Decimal("0.0003")
    choose(shop, monthly_budget=budget)
    asked: list[int] = []

    def look_around() -> None:
        asked.append(1)
        with shop.session() as session:
            assert month(session).spent + month(session).reserved <= budget

    def ask(_: int) -> bool:
        with shop.app.app_context():
            try:
                return bool(metered(shop, FakeModel(FULL, look_around=look_around)).chat(ASKED))
            except OverBudget:
                return False

    with ThreadPoolExecutor(5) as crew:
        answered = sum(crew.map(ask, range(20)))
    with shop.session() as session:
        assert (answered, len(asked)) == (7, 7)
        assert (month(session).spent, month(session).reserved) == (MOST * 7, 0)
        assert session.scalar(select(func.sum(ModelCall.cost))) == MOST * 7


def test_each_month_has_its_own_budget(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    choose(shop, monthly_budget=MOST)
    with shop.app.app_context():
        model = metered(shop, FakeModel(FULL))
        model.chat(ASKED)
        later = clock.now() + timedelta(days=32)
        monkeypatch.setattr(clock, "now", lambda: later)
        assert model.chat(ASKED).text
    with shop.session() as session:
        assert len(session.scalars(select(ModelMonth.month)).all()) == 2


def test_a_call_whose_worker_died_holds_nothing_for_ever(shop: Shop) -> None:
    choose(shop, monthly_budget=Decimal(1))
    with shop.app.app_context():
        model = metered(shop, FakeModel(FULL))
        lost, young = model._begun(ASKED), model._begun(ASKED)
        with store_transaction(shop.store_id) as session:
            session.get_one(ModelCall, lost.id).created_at -= FORGOTTEN * 1.1
            ledger.enqueue(session, spending.RELEASE, store_id=shop.store_id, arguments={})
    worker.drain(shop.app)
    with shop.session() as session:
        states = {call.id: call.state for call in calls(session)}
        assert states == {lost.id: CallState.FAILED, young.id: CallState.RESERVED}
        assert (month(session).spent, month(session).reserved) == (MOST, MOST)
    with shop.app.app_context():
        lost.paid(CHEAP)  # it was alive after all: nothing is counted twice
    with shop.session() as session:
        assert month(session).spent == MOST


def test_the_embedded_drafter_is_asked_nothing(shop: Shop) -> None:
    ring = shop.app.extensions["shopapp_keys"].keyring
    with shop.app.app_context():
        assert asking.metered(lambda: store_transaction(shop.store_id), ring) is None


def test_the_stores_own_service_is_asked_with_its_sealed_key(
    shop: Shop, llm_server: LlmServer
) -> None:
    choose(shop, base_url=llm_server.url)
    ring = shop.app.extensions["shopapp_keys"].keyring
    llm_server.usual = Act("Tomorrow.")
    with shop.session() as session:
        keep_model_key(session, llm_server.key, keyring=ring)
    with shop.app.app_context():
        model = asking.metered(lambda: store_transaction(shop.store_id), ring)
        assert model is not None
        assert model.models() == ("large-model", "small-model")
        assert model.chat(ASKED).spent == Spent(40, 1, (PRICES.tokens_in * 40 + 400) / 1_000_000)
