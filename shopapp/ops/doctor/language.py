"""Whether the language model can write: set up, its key opens, it answers, money is left."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select

from shopapp import clock
from shopapp.connections.language_models import model_key
from shopapp.connectors.errors import ConnectorError
from shopapp.crypto import instance
from shopapp.crypto.keyrings import Keyring
from shopapp.db import Session
from shopapp.drafts.actions.asking import tariff_of
from shopapp.drafts.actions.spending import month_of
from shopapp.drafts.queries.writers import language_model
from shopapp.drafts.service_models import ModelService
from shopapp.drafts.spending_models import CallState, ModelCall, ModelMonth
from shopapp.ops.doctor.cases import Case
from shopapp.ops.doctor.findings import Finding, Status, ok, unknown, warning, wrong
from shopapp.ops.doctor.wording import counted, span
from shopapp.stores.models import Store
from shopapp.tenancy import store_of

_SETTINGS = "Settings, AI drafts"
_TEST = f"Test it in {_SETTINGS}. Until then the embedded drafter writes."
_NEARLY = Decimal("0.9")
_WORST_FIRST = (Status.WRONG, Status.WARNING, Status.UNKNOWN)


def ready(case: Case) -> Finding:
    """Where a service was chosen, its address, model and key are there; nobody is asked."""
    found = []
    for session, service in _services(case):
        if not service.base_url or not service.model:
            sentence = f"{_name(session)}: the language model lacks an address or a name."
            found.append(wrong(sentence, f"Enter it in {_SETTINGS}, or choose the embedded one."))
        else:
            found.append(_key(case, session))
    if not found:
        return ok("The embedded drafter writes; no service is asked.")
    return _worst(found, f"A language model is set up in {counted(len(found), 'store')}.")


def answering(case: Case) -> Finding | None:
    """The service's last calls were answered; as they went by themselves, none is made."""
    found = [_answered(session, service) for session, service in _services(case)]
    return _worst(found, found[0].sentence) if found else None


def money(case: Case) -> Finding | None:
    """This month's budget holds another draft."""
    found = [_left(session, service) for session, service in _services(case)]
    return _worst(found, found[0].sentence) if found else None


def _services(case: Case) -> Iterator[tuple[Session, ModelService]]:
    """Each store's language model with a session bound to the store, where it has one."""
    for store_id in case.stores:
        with case.session(store_id) as session:
            service = language_model(session)
            if service is not None:
                yield session, service


def _worst(found: Sequence[Finding], otherwise: str) -> Finding:
    ill = (each for status in _WORST_FIRST for each in found if each.status is status)
    return next(ill, ok(otherwise))


def _name(session: Session) -> str:
    return session.scalars(select(Store.name).where(Store.id == store_of(session))).one()


def _key(case: Case, session: Session) -> Finding:
    with _keyring(case) as keyring:
        if keyring is None or keyring.is_remote:  # a key service would be asked: Keys looks at it
            return ok("")
        try:
            model_key(session, keyring=keyring)
        except ConnectorError as error:
            return wrong(f"{_name(session)}: {error.message}", error.fix or _TEST)
    return ok("")


@contextmanager
def _keyring(case: Case) -> Iterator[Keyring | None]:
    is_there = (case.config.instance / instance.SECRETS).exists()
    yield instance.load(case.config).keyring if is_there else None


def _answered(session: Session, service: ModelService) -> Finding:
    now, last = clock.now(), _last_answer(session)
    since = f"last answered {span(now - last)} ago" if last else "has never answered"
    name = _name(session)
    if service.opened_until and service.opened_until > now:
        wait = span(service.opened_until - now)
        sentence = f"{name}: the language model is left alone for {wait} more; it {since}."
        return warning(sentence, _TEST)
    if service.failures:
        failed = counted(service.failures, "time")
        return warning(f"{name}: the language model failed {failed} in a row; it {since}.", _TEST)
    if last is None:
        return unknown(f"{name}: the language model {since}.", _TEST)
    return ok(f"The language model {since}.")


def _last_answer(session: Session) -> datetime | None:
    answered = ModelCall.state == CallState.SETTLED
    return session.scalar(select(func.max(ModelCall.created_at)).where(answered))


def _left(session: Session, service: ModelService) -> Finding:
    tariff, month = tariff_of(service), month_of(session)
    row = session.scalar(select(ModelMonth).where(ModelMonth.month == month))
    used = row.spent + row.reserved if row else Decimal(0)
    if tariff.budget is None:
        known = f"{used:.2f} was spent this month" if tariff.prices else "prices are not known"
        return ok(f"No budget is set; {known}.")
    name = _name(session)
    if tariff.prices is None:
        sentence = f"{name}: a budget is set without prices, so no call is made."
        return wrong(sentence, f"Enter the model’s prices in {_SETTINGS}.")
    sentence = f"{name}: {used:.2f} of this month’s budget of {tariff.budget:.2f} is used."
    if used < _NEARLY * tariff.budget:
        return ok(sentence)
    return warning(
        sentence, f"Raise it in {_SETTINGS}; once it is used up the embedded one writes."
    )
