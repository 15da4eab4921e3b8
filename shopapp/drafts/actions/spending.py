"""Money for calls of a language model: held before a call, settled after it, never over budget."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select, type_coerce, update
from sqlalchemy.exc import IntegrityError

from shopapp import clock
from shopapp.columns import Amount
from shopapp.connectors.errors import Misconfigured, Permanent
from shopapp.connectors.llm.shapes import Spent
from shopapp.db import Session
from shopapp.drafts.drafters.pricing import Prices, cost
from shopapp.drafts.models import CallState, ModelCall, ModelMonth
from shopapp.jobs.context import JobContext
from shopapp.jobs.registry import handler
from shopapp.stores.models import Store
from shopapp.tenancy import store_of

RELEASE = "drafts.release"
FORGOTTEN = timedelta(hours=1)  # no call takes so long: its worker is gone
_LOST = "The call was cut off; counted as the most it could have cost."


class OverBudget(Permanent):
    """This month's budget does not hold another call of this size."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """Who is asked, and what for."""

    model: str
    purpose: str
    ai_draft_id: str | None = None


@dataclass(frozen=True, slots=True)
class Tariff:
    """What calls cost, None where that is not known, and what a month may cost, None for any."""

    prices: Prices | None
    budget: Decimal | None


def reserve(
    session: Session, occasion: Occasion, tariff: Tariff, *, tokens_in: int, tokens_out: int
) -> ModelCall:
    """Hold the most that a call of at most so many tokens can cost, before it is made.

    One conditional UPDATE, so that of many at once none goes over. Raises OverBudget, or
    Misconfigured where a budget stands and prices do not.
    """
    if tariff.budget is not None and tariff.prices is None:
        message = "A monthly budget needs the model's prices."
        raise Misconfigured(message, fix="Enter them in Settings, AI drafts.")
    most = cost(tariff.prices, tokens_in, tokens_out) if tariff.prices else None
    month = month_of(session)
    _begin(session, month)
    if not _held(session, month, most or Decimal(0), tariff.budget):
        raise OverBudget(
            "This month's budget for the language model does not hold another call.",
            fix="Raise it in Settings, AI drafts, or wait for the next month.",
        )
    call = ModelCall(
        month=month,
        model=occasion.model,
        purpose=occasion.purpose,
        ai_draft_id=occasion.ai_draft_id,
        reserved=most,
    )
    session.add(call)
    session.flush()
    return call


def settle(
    session: Session,
    call_id: str,
    prices: Prices | None,
    spent: Spent,
    *,
    latency_ms: int | None = None,
    error: str | None = None,
) -> Decimal | None:
    """Write down what the call really cost; where the service did not say, the most it could.

    An `error` says that it was paid for in vain.
    """
    real = None
    if prices and spent.tokens_in is not None and spent.tokens_out is not None:
        real = cost(prices, spent.tokens_in, spent.tokens_out)
    return _ended(
        session,
        call_id,
        CallState.FAILED if error else CallState.SETTLED,
        real,
        tokens_in=spent.tokens_in,
        tokens_out=spent.tokens_out,
        latency_ms=latency_ms,
        error=error,
    )


def release(session: Session, call_id: str, *, error: str, latency_ms: int | None = None) -> None:
    """Give the money back: the service refused the call, so that nothing is billed."""
    nothing = Decimal(0)
    _ended(session, call_id, CallState.FAILED, nothing, latency_ms=latency_ms, error=error)


@handler(RELEASE)
def release_forgotten(context: JobContext) -> None:
    """Calls whose worker died hold nothing any more; they count as the most they could cost.

    The service may have answered and billed them: giving the money back could go over the budget.
    """
    with context.transaction() as session:
        left = select(ModelCall.id).where(
            ModelCall.state == CallState.RESERVED,
            ModelCall.created_at < clock.now() - FORGOTTEN,
        )
        for call_id in session.scalars(left).all():
            _ended(session, call_id, CallState.FAILED, None, error=_LOST)


def month_of(session: Session) -> str:
    """The store's present month, "2026-11"."""
    store = session.get_one(Store, store_of(session))
    return f"{clock.today(store.timezone):%Y-%m}"


def _ended(
    session: Session, call_id: str, state: CallState, real: Decimal | None, **told: Any
) -> Decimal | None:
    """End a call once: what it held goes back to the month, and `real` (None: all it held) is
    spent.
    """
    held = session.execute(
        update(ModelCall)
        .where(ModelCall.id == call_id, ModelCall.state == CallState.RESERVED)
        .values(state=state, **told)
        .returning(ModelCall.month, ModelCall.reserved)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    if held is None or held.reserved is None:
        return None
    price = held.reserved if real is None else real
    _write(session, ModelCall, ModelCall.id == call_id, cost=price)
    _write(
        session,
        ModelMonth,
        ModelMonth.month == held.month,
        reserved=ModelMonth.reserved - held.reserved,
        spent=ModelMonth.spent + price,
    )
    return price


def _held(session: Session, month: str, most: Decimal, budget: Decimal | None) -> bool:
    fits = [ModelMonth.month == month]
    if budget is not None:
        counted = type_coerce(ModelMonth.spent + ModelMonth.reserved, Amount)
        fits.append(counted <= budget - most)
    held = session.scalars(
        update(ModelMonth)
        .where(*fits)
        .values(reserved=ModelMonth.reserved + most)
        .returning(ModelMonth.id)
        .execution_options(synchronize_session=False)
    )
    return held.one_or_none() is not None


def _begin(session: Session, month: str) -> None:
    if session.scalar(select(ModelMonth.id).where(ModelMonth.month == month)):
        return
    try:
        with session.begin_nested():
            session.add(ModelMonth(month=month))
    except IntegrityError:
        return  # another call began the month in this moment


def _write(session: Session, model: Any, where: Any, **values: Any) -> None:
    statement = update(model).where(where).values(**values)
    session.execute(statement.execution_options(synchronize_session=False))
