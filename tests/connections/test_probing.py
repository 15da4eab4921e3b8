"""Asking a service whether it works: in words, without a transaction, never forgotten."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from flask import Flask
from sqlalchemy import select

from shopapp.connections.models import ConnectionEvent, EventStatus
from shopapp.connections.probing import Check, ask, probe
from shopapp.connectors.errors import ConnectorError, Temporary
from shopapp.db import Session, new_session
from shopapp.stores.queries import settings
from shopapp.tenancy import bind
from tests import cast


@dataclass
class Answer:
    latency_ms: int = 7


@dataclass
class Service:
    """Answers or fails as told, and remembers whether a transaction was open meanwhile."""

    session: Session
    error: ConnectorError | None = None
    was_open: bool | None = None

    def probe(self) -> Answer:
        self.was_open = self.session.in_transaction()
        if self.error:
            raise self.error
        return Answer()


@pytest.mark.parametrize("error", [None, Temporary("Nothing listens there.", fix="Check it.")])
def test_the_result_outlives_the_rollback_of_the_request(
    app: Flask, error: ConnectorError | None
) -> None:
    with app.app_context(), new_session() as session:
        bind(session, cast.HARBOR.id)
        assert settings(session)
        service = Service(session, error)
        check = probe(session, service, integration="smtp", place="mail.example:25", by="Ada")
        session.rollback()
        event = session.scalars(select(ConnectionEvent)).one()
        assert service.was_open is False
        assert check.is_good == (error is None)
        assert event.message == check.words
        assert event.latency_ms == (None if error else 7)


def test_a_failure_keeps_the_reason_and_the_fix(session: Session) -> None:
    failed = ask(Service(session, Temporary("It said 451", fix="Wait.")), "mail.example:25")
    assert failed == Check(EventStatus.FAILURE, "It said 451", "Wait.")
    assert failed.words == "It said 451. Wait."


def test_a_mistake_of_ours_is_not_taken_for_an_answer(session: Session) -> None:
    class Broken:
        def probe(self) -> Answer:
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        ask(Broken(), "mail.example:25")
