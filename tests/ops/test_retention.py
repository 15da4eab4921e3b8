"""Every night what is over its time goes, and nothing that stays points at it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, func, select, update

from shopapp import clock
from shopapp.audit.models import AuditEvent
from shopapp.config import Config
from shopapp.connections.models import ConnectionEvent, EventStatus
from shopapp.db import Session, db
from shopapp.drafts.models import AiDraft, AiDraftRevision, CallState, DraftState, ModelCall
from shopapp.flags.models import OrderFlag
from shopapp.inbox.models import Attachment, DeliveryState, Ticket, TicketMessage, TicketStatus
from shopapp.mail.files import Files
from shopapp.mail.models import Mailbox, OutboundMail, RawMail, RawState
from shopapp.mail.queries import ledger
from shopapp.metrics.models import KpiCache
from shopapp.ops.retention import rules, running
from shopapp.stores.queries import settings
from shopapp.tenancy import bind
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.ops import everything

NOW = everything.MOMENT + timedelta(days=1000)


@pytest.fixture
def old(engine: Engine) -> None:
    """A row of everything in Harbor and in Hill, all of it a thousand days old."""
    for shop in cast.SHOPS:
        with engine.begin() as connection:
            everything.plant(connection, shop.id, key=shop.handle, words=_words)


def _words(column: Any) -> str:
    if column.name in ("sha256", "file"):
        return "a" * 64
    return "charborticket" if column.name == "subject_id" else f"{column.name} \U0001fad6"


@pytest.fixture
def harbor(old: None, engine: Engine) -> Callable[[], Any]:
    @contextmanager
    def transaction() -> Iterator[Session]:
        with Session(db, bind=engine, expire_on_commit=False) as session:
            bind(session, cast.HARBOR.id)
            yield session
            session.commit()

    return transaction


def _change(harbor: Any, model: Any, **values: Any) -> None:
    with harbor() as session:
        session.execute(update(model).values(**values))


def _keep(harbor: Any, **days: int) -> None:
    with harbor() as session:
        settings(session).retention_overrides = days


def _ready(harbor: Any) -> None:
    """Whatever must be over before it goes, is over."""
    _change(harbor, AiDraft, state=DraftState.SENT, reward_score=None)
    _change(harbor, RawMail, state=RawState.PARSED)
    _change(harbor, ModelCall, state=CallState.SETTLED)
    _change(harbor, Ticket, status=TicketStatus.CLOSED, last_message_at=everything.MOMENT)


def test_what_is_counted_is_what_goes_and_then_there_is_nothing(
    harbor: Any, config: Config
) -> None:
    _ready(harbor)
    _keep(harbor, keep_tickets=365, keep_flags=365)
    with harbor() as session:
        counted = running.counts(session, NOW)
    assert running.run(harbor, config, NOW) == counted | {"keep_drafts": 1, "keep_mail": 1}
    assert all(counted.values())
    assert set(running.run(harbor, config, NOW).values()) == {0}


def test_another_store_keeps_what_is_as_old(harbor: Any, config: Config, engine: Engine) -> None:
    _ready(harbor)
    running.run(harbor, config, NOW)
    with Session(db, bind=engine) as session:
        bind(session, cast.HILL.id)
        for model in (AiDraft, ConnectionEvent, KpiCache, AuditEvent):
            assert session.scalar(select(func.count()).select_from(model)) == 1


def test_tickets_and_flags_stay_unless_the_store_sets_a_limit(harbor: Any, config: Config) -> None:
    _ready(harbor)
    gone = running.run(harbor, config, NOW)
    assert (gone["keep_tickets"], gone["keep_flags"]) == (0, 0)


def test_a_rewarded_draft_is_kept(harbor: Any, config: Config) -> None:
    _ready(harbor)
    _change(harbor, AiDraft, reward_score=0.9)
    assert running.run(harbor, config, NOW)["keep_drafts"] == 0


def test_a_reply_keeps_its_revisions_when_its_draft_goes(harbor: Any, config: Config) -> None:
    _ready(harbor)
    _keep(harbor, keep_revisions=3650)
    assert running.run(harbor, config, NOW)["keep_drafts"] == 1
    with harbor() as session:
        assert session.scalars(select(AiDraftRevision.ai_draft_id)).all() == [None]


def test_versions_go_when_nobody_writes_the_reply_any_more(harbor: Any, config: Config) -> None:
    _ready(harbor)
    _change(harbor, TicketMessage, delivery_state=DeliveryState.DRAFT)
    assert running.run(harbor, config, NOW)["keep_revisions"] == 0
    _change(harbor, TicketMessage, delivery_state=DeliveryState.SENT, author_id=cast.ADA.id)
    assert running.run(harbor, config, NOW)["keep_revisions"] == 1


def test_the_page_of_a_ticket_opens_without_its_draft_and_its_mail(
    harbor: Any, config: Config, sign_in: SignIn
) -> None:
    _ready(harbor)
    _change(harbor, Ticket, merged_into_id=None)  # a planted row points at itself,
    _change(harbor, Mailbox, smtp=None)  # and its server has no name
    running.run(harbor, config, NOW)
    ada: FlaskClient = sign_in(cast.ADA)
    assert ada.get("/harbor/inbox/tickets/charborticket").status_code == 200
    assert ada.get("/harbor/inbox/messages/charborticket_message/raw").status_code == 404


def test_the_last_success_and_the_last_failure_of_a_connection_stay(
    harbor: Any, config: Config
) -> None:
    with harbor() as session:
        for integration in ("smtp", "llm"):
            for days, status in enumerate(["success", "failure", "warning", "success", "failure"]):
                row = ConnectionEvent(
                    integration=integration, status=EventStatus(status), message=""
                )
                row.created_at = everything.MOMENT + timedelta(days=days)
                session.add(row)
    running.run(harbor, config, NOW)
    with harbor() as session:
        query = select(
            ConnectionEvent.integration, ConnectionEvent.status, ConnectionEvent.created_at
        )
        left = [
            (row[0], row[1], (row[2] - everything.MOMENT).days) for row in session.execute(query)
        ]
    assert sorted(left) == [
        (integration, status, days)
        for integration in ("llm", "smtp")
        for status, days in (("failure", 4), ("success", 3))
    ]


def test_the_mail_ledger_balances_when_the_bytes_are_gone(harbor: Any, config: Config) -> None:
    _ready(harbor)
    with harbor() as session:
        before = ledger(session)
    assert running.run(harbor, config, NOW)["keep_mail"] == 1
    with harbor() as session:
        assert ledger(session) == before
        content, digest = session.execute(select(RawMail.content, RawMail.sha256)).one()
        assert content is None
        assert digest


def test_quarantined_mail_waits_for_a_person(harbor: Any, config: Config) -> None:
    _change(harbor, RawMail, state=RawState.QUARANTINED)
    assert running.run(harbor, config, NOW)["keep_mail"] == 0


def test_a_ticket_goes_with_its_files_and_what_it_sent(harbor: Any, config: Config) -> None:
    files = Files.of(config, cast.HARBOR.id)
    digest = files.keep(b"a photograph")
    _ready(harbor)
    _change(harbor, Attachment, sha256=digest)
    _keep(harbor, keep_tickets=30)
    running.run(harbor, config, NOW)
    assert not files.path(digest).exists()
    with harbor() as session:
        for model in (Ticket, TicketMessage, OutboundMail, AiDraft):
            assert session.scalar(select(func.count()).select_from(model)) == 0, model
        assert session.scalars(select(OrderFlag.ticket_id)).all() == [None]


def test_a_run_that_is_killed_goes_on_where_it_was(
    harbor: Any, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "BATCH", 2)
    with harbor() as session:
        for _ in range(5):
            row = KpiCache(metric_key=str(_), payload={}, source="", refreshed_at=NOW)
            row.range_start = row.range_end = row.created_at = NOW.date()
            row.created_at, row.expires_at = NOW, everything.MOMENT
            session.add(row)

    def killed(_done: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        running.run(harbor, config, NOW, killed)
    with harbor() as session:
        left = running.counts(session, NOW)
    assert sum(running.run(harbor, config, NOW).values()) == sum(left.values()) > 0


def test_the_defaults_are_those_of_the_manual() -> None:
    assert {rule.key: (rule.floor, rule.default, rule.ceiling) for rule in rules.RULES} == {
        "keep_drafts": (7, 90, 3650),
        "keep_revisions": (30, 180, 3650),
        "keep_exports": (1, 14, 365),
        "keep_calls": (35, 90, 3650),
        "keep_checks": (7, 30, 730),
        "keep_figures": (0, 1, 30),
        "keep_mail": (1, 30, 3650),
        "keep_tickets": (30, 0, 3650),
        "keep_flags": (30, 0, 3650),
        "keep_audit": (90, 400, 3650),
    }


def test_it_runs_every_night_for_each_store(
    app: Flask, old: None, store_session: OpenStore
) -> None:
    from shopapp import schedule
    from shopapp.jobs import worker
    from shopapp.jobs.models import Job

    with app.app_context():
        schedule.tick()
    session = store_session("harbor")
    names = session.scalars(select(Job.store_id).where(Job.name == "retention.run")).all()
    assert set(names) == {cast.HARBOR.id, cast.HILL.id}
    assert worker is not None
    assert clock.now() < NOW
