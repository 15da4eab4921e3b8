"""Delivery: what each answer of a mail server makes of a mail."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from shopapp import clock
from shopapp.connections import mailboxes
from shopapp.connections.models import ConnectionEvent, EventStatus
from shopapp.connectors.errors import AuthFailed, Permanent, Temporary, Unknown
from shopapp.connectors.mail.fake import FakeTransport
from shopapp.db import Session, db
from shopapp.jobs import worker
from shopapp.jobs.models import Job, JobState
from shopapp.mail import delivery, states
from shopapp.mail.models import OutboundKind, OutboundMail, OutboundState
from tests.jobs.scaffold import Shop
from tests.mail.posting import NILS, hurry, post, stored


@pytest.fixture
def server(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> FakeTransport:
    """A mail server in memory that finds no transaction open when it is called."""

    def look_around() -> None:
        assert db.engine.pool.checkedout() == 0  # type: ignore[attr-defined]

    fake = FakeTransport(look_around=look_around)
    monkeypatch.setattr(mailboxes, "transport", lambda *_args, **_options: fake)
    return fake


@pytest.fixture
def heard() -> Iterator[list[str]]:
    """What a listener for replies was told."""
    told: list[str] = []

    def listen(_session: Session, mail: OutboundMail) -> None:
        told.append(mail.state.value)

    before = dict(states._listeners)
    states._listeners.clear()
    delivery.on_outcome(OutboundKind.REPLY, listen)
    yield told
    states._listeners.clear()
    states._listeners.update(before)


def events(shop: Shop) -> list[tuple[EventStatus, str]]:
    with shop.session() as session:
        rows = session.scalars(select(ConnectionEvent).order_by(ConnectionEvent.id))
        return [(row.status, row.message) for row in rows]


def interrupt(shop: Shop, mail_id: str, transport: str = "fake") -> None:
    """Leave the mail as a worker does that was killed while it handed the mail over."""
    with shop.session() as session:
        session.execute(
            update(OutboundMail)
            .where(OutboundMail.id == mail_id)
            .values(state=OutboundState.SENDING, transport=transport, attempts=1)
        )


def test_a_mail_is_sent_once_and_its_listeners_hear_of_it(
    shop: Shop, server: FakeTransport, heard: list[str]
) -> None:
    mail_id = post(shop)
    assert worker.drain(shop.app) == 1
    (arrived,) = server.sent
    mail = stored(shop, mail_id)
    assert (mail.state, mail.transport) == (OutboundState.SENT, "fake")
    assert mail.sent_at is not None
    assert (arrived.message_id, arrived.recipients) == (mail.message_id, (NILS,))
    assert heard == ["sending", "sent"]
    assert worker.drain(shop.app) == 0


def test_a_mail_does_not_leave_before_its_time(shop: Shop, server: FakeTransport) -> None:
    mail_id = post(shop, not_before=clock.now() + timedelta(hours=1))
    with shop.session(bound=False) as session:
        session.execute(update(Job).values(run_at=clock.now()))
    assert worker.drain(shop.app) == 1
    assert (server.sent, stored(shop, mail_id).state) == ([], OutboundState.QUEUED)
    due = stored(shop, mail_id).not_before
    with shop.session(bound=False) as session:
        assert session.scalars(select(Job.run_at)).one() == due


def test_a_cancelled_mail_never_leaves(shop: Shop, server: FakeTransport) -> None:
    mail_id = post(shop)
    with shop.session() as session:
        session.execute(update(OutboundMail).values(state=OutboundState.CANCELLED))
    worker.drain(shop.app)
    assert (server.sent, stored(shop, mail_id).state) == ([], OutboundState.CANCELLED)


def test_a_temporary_failure_is_tried_again_later(
    shop: Shop, server: FakeTransport, heard: list[str]
) -> None:
    server.fail_next(Temporary("The server is busy."))
    mail_id = post(shop)
    assert worker.drain(shop.app) == 1
    waiting = stored(shop, mail_id)
    assert (waiting.state, waiting.last_error) == (OutboundState.QUEUED, "The server is busy.")
    assert waiting.not_before > clock.now()
    hurry(shop)
    worker.drain(shop.app)
    assert stored(shop, mail_id).state == OutboundState.SENT
    assert len(server.sent) == 1
    assert heard == ["sending", "queued", "sending", "sent"]
    assert events(shop) == [
        (EventStatus.FAILURE, "The server is busy."),
        (EventStatus.SUCCESS, "Mail leaves again."),
    ]


def test_temporary_failures_end_in_a_failure_with_the_reason(
    shop: Shop, server: FakeTransport
) -> None:
    server.fail_next(*[Temporary("The server is busy.")] * delivery.MAX_ATTEMPTS)
    mail_id = post(shop)
    for _ in range(delivery.MAX_ATTEMPTS):
        worker.drain(shop.app)
        hurry(shop)
    failed = stored(shop, mail_id)
    assert (failed.state, failed.attempts) == (OutboundState.FAILED, delivery.MAX_ATTEMPTS)
    assert failed.last_error == "The server is busy."
    assert worker.drain(shop.app) == 0


def test_a_refused_recipient_fails_at_once_and_blames_no_connection(
    shop: Shop, server: FakeTransport, heard: list[str]
) -> None:
    server.fail_next(Permanent("No such mailbox.", fix="Correct the address."))
    mail_id = post(shop)
    worker.drain(shop.app)
    failed = stored(shop, mail_id)
    assert failed.state == OutboundState.FAILED
    assert failed.last_error == "No such mailbox. Correct the address."
    assert (heard, events(shop)) == (["sending", "failed"], [])


def test_a_refused_password_is_an_incident_of_the_connection(
    shop: Shop, server: FakeTransport
) -> None:
    server.fail_next(AuthFailed("The server refused the password."))
    mail_id = post(shop)
    worker.drain(shop.app)
    assert stored(shop, mail_id).state == OutboundState.FAILED
    assert events(shop) == [(EventStatus.FAILURE, "The server refused the password.")]


@pytest.mark.parametrize("arrived", [True, False])
def test_an_answer_that_never_came_is_unknown_and_not_repeated(
    shop: Shop, server: FakeTransport, heard: list[str], arrived: bool
) -> None:
    server.fail_next(Unknown("No answer."), after_delivery=arrived)
    mail_id = post(shop)
    worker.drain(shop.app)
    hurry(shop)
    worker.drain(shop.app)
    assert stored(shop, mail_id).state == OutboundState.UNKNOWN
    assert len(server.sent) == int(arrived)
    assert heard == ["sending", "unknown"]


def test_a_mail_whose_worker_was_killed_is_unknown(shop: Shop, server: FakeTransport) -> None:
    mail_id = post(shop)
    interrupt(shop, mail_id)
    worker.drain(shop.app)
    assert (server.sent, stored(shop, mail_id).state) == ([], OutboundState.UNKNOWN)


def test_where_twice_is_once_an_interrupted_mail_is_handed_over_again(
    shop: Shop, server: FakeTransport
) -> None:
    server.is_idempotent = True
    mail_id = post(shop)
    interrupt(shop, mail_id)
    worker.drain(shop.app)
    assert (len(server.sent), stored(shop, mail_id).state) == (1, OutboundState.SENT)


def test_an_interrupted_mail_does_not_leave_by_another_way(
    shop: Shop, server: FakeTransport
) -> None:
    server.is_idempotent = True
    mail_id = post(shop)
    interrupt(shop, mail_id, transport="the server of yesterday")
    worker.drain(shop.app)
    assert (server.sent, stored(shop, mail_id).state) == ([], OutboundState.UNKNOWN)


def test_an_error_nobody_foresaw_is_unknown_too(
    shop: Shop, server: FakeTransport, monkeypatch: pytest.MonkeyPatch
) -> None:
    def break_down(*_args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(server, "deliver", break_down)
    mail_id = post(shop)
    worker.drain(shop.app)
    hurry(shop)
    worker.drain(shop.app)
    assert stored(shop, mail_id).state == OutboundState.UNKNOWN


def test_settings_that_cannot_work_fail_the_mail_with_a_sentence(shop: Shop) -> None:
    shop.use_smtp("smtp://nobody@mail.example")
    mail_id = post(shop)
    worker.drain(shop.app)
    failed = stored(shop, mail_id)
    assert failed.state == OutboundState.FAILED
    assert failed.last_error is not None
    assert failed.last_error.startswith("A user name needs a password")
    with shop.session(bound=False) as session:
        assert session.scalars(select(Job.state)).one() == JobState.DONE
