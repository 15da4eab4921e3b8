"""Asking the store's language model: within its budget, past its breaker, in no transaction."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from shopapp.connections.fetching import fetch_keys
from shopapp.connections.language_models import language_model
from shopapp.connectors.errors import ConnectorError, Permanent
from shopapp.connectors.llm.shapes import (
    Answer,
    ChatModel,
    Declined,
    Interrupted,
    Question,
    Spent,
)
from shopapp.crypto.keyrings import Keyring
from shopapp.db import Session
from shopapp.drafts.actions import breaking, spending
from shopapp.drafts.actions.spending import Occasion, Tariff
from shopapp.drafts.drafters.pricing import Prices, most_tokens_in
from shopapp.drafts.models import ModelService, ServiceKind
from shopapp.tenancy import store_of, store_transaction

Transaction = Callable[[], AbstractContextManager[Session]]
DRAFT = "draft"
_SPARE = timedelta(seconds=60)  # beyond the time limit, before a probe counts as lost


def metered(
    transaction: Transaction,
    keyring: Keyring,
    *,
    ai_draft_id: str | None = None,
    purpose: str = DRAFT,
) -> ChatModel | None:
    """The store's language model, None where the embedded drafter writes.

    `transaction` is JobContext.transaction, or like it; none may be open. `chat` and `stream` hold
    the most a call can cost, ask with no transaction open, and settle; an answer's `spent.cost` is
    what it took. Beside what every ChatModel raises there are OverBudget and CircuitOpen, before
    anybody is asked. Raises Misconfigured, or Temporary, when the key cannot be opened.
    """
    with transaction() as session:
        service = session.scalar(select(ModelService))
        if service is None or service.kind is ServiceKind.EMBEDDED:
            return None
        store_id, tariff, url = store_of(session), tariff_of(service), service.base_url
        limit = timedelta(seconds=service.timeout_seconds)
    fetch_keys(keyring, store_id)
    with transaction() as session:
        model = language_model(session, url, timeout=limit.total_seconds(), keyring=keyring)
    return Metered(model, store_id, transaction, tariff, limit, purpose, ai_draft_id)


def tariff_of(service: ModelService) -> Tariff:
    """What the service's settings say of money."""
    return Tariff(prices(service.input_price, service.output_price), service.monthly_budget)


def prices(tokens_in: Decimal | None, tokens_out: Decimal | None) -> Prices | None:
    """Both prices, or None: half of them says nothing about a call."""
    return None if tokens_in is None or tokens_out is None else Prices(tokens_in, tokens_out)


@dataclass(frozen=True, slots=True)
class Metered:
    """A ChatModel whose every call is held against the budget and the breaker, and written down.

    Money and failures are settled in transactions of their own: they count also for a job that
    lost its lease meanwhile. `has_breaker` is off where a person tests the service.
    """

    model: ChatModel
    store_id: str
    transaction: Transaction
    tariff: Tariff
    limit: timedelta
    purpose: str = DRAFT
    ai_draft_id: str | None = None
    has_breaker: bool = True

    def chat(self, question: Question) -> Answer:
        with self._call(question) as call:
            return call.paid(self.model.chat(question))

    def stream(self, question: Question) -> Iterator[str | Answer]:
        with self._call(question) as call:
            for piece in self.model.stream(question):
                yield call.paid(piece) if isinstance(piece, Answer) else piece

    def models(self) -> Sequence[str]:
        return self.model.models()

    @contextmanager
    def _call(self, question: Question) -> Iterator[_Call]:
        call = self._begun(question)
        try:
            yield call
        except ConnectorError as error:
            call.failed(error)
            raise
        except BaseException:
            call.stopped()
            raise

    def _begun(self, question: Question) -> _Call:
        occasion = Occasion(question.model, self.purpose, self.ai_draft_id)
        with self.transaction() as session:
            service = session.scalar(select(ModelService)) if self.has_breaker else None
            if service is not None:
                breaking.admit(session, service, patience=self.limit + _SPARE)
            row = spending.reserve(
                session,
                occasion,
                self.tariff,
                tokens_in=most_tokens_in(_texts(question)),
                tokens_out=question.most_tokens,
            )
            return _Call(self, row.id, service.id if service else None, time.monotonic())


@dataclass(slots=True)
class _Call:
    """A call under way; it ends once, whatever comes after."""

    owner: Metered
    id: str
    service_id: str | None
    started: float
    is_over: bool = False

    def paid(self, answer: Answer) -> Answer:
        """The answer with what it cost."""
        with self._ending() as session:
            if self.service_id:
                breaking.succeeded(session, self.service_id, latency_ms=self._took)
            cost = spending.settle(
                *(session, self.id, self.owner.tariff.prices, answer.spent), latency_ms=self._took
            )
        return replace(answer, spent=replace(answer.spent, cost=cost))

    def failed(self, error: ConnectorError) -> None:
        """No answer: paid for in vain, perhaps, or refused and free."""
        if self.is_over:
            return
        told: dict[str, Any] = {"error": error.message, "latency_ms": self._took}
        with self._ending() as session:
            if self.service_id:  # the breaker's row first, as when calls begin: no deadlock
                self._judge(session, self.service_id, error)
            if isinstance(error, Declined | Interrupted):
                spent = error.spent if isinstance(error, Declined) else Spent()
                spending.settle(session, self.id, self.owner.tariff.prices, spent, **told)
            else:
                spending.release(session, self.id, **told)

    def stopped(self) -> None:
        """We stopped while the service worked: it may bill that, and has not failed."""
        if self.is_over:
            return
        with self._ending() as session:
            words = "The call was stopped before its answer was complete."
            known = self.owner.tariff.prices
            spending.settle(session, self.id, known, Spent(), error=words, latency_ms=self._took)

    def _judge(self, session: Session, service_id: str, error: ConnectorError) -> None:
        """Who refused this one question is there and answers others."""
        if type(error) in (Permanent, Declined):
            breaking.succeeded(session, service_id, latency_ms=self._took)
        else:
            words = " ".join(filter(None, (error.message, error.fix)))
            breaking.failed(session, service_id, words, latency_ms=self._took)

    @contextmanager
    def _ending(self) -> Iterator[Session]:
        self.is_over = True
        with store_transaction(self.owner.store_id) as session:
            yield session

    @property
    def _took(self) -> int:
        return round((time.monotonic() - self.started) * 1000)


def _texts(question: Question) -> list[str]:
    """Everything of a question that a model reads."""
    texts = [message.content for message in question.messages]
    return texts if question.schema is None else [*texts, json.dumps(dict(question.schema))]
