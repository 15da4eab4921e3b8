"""A customer's request: everything given out, everything removed, and the proof names nobody."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Column, Engine, Enum, LargeBinary, func, select, update
from sqlalchemy import types as sa

from shopapp.audit.models import AuditEvent
from shopapp.catalog.models import Customer, Order
from shopapp.columns import CleanText, Json
from shopapp.config import Config
from shopapp.db import Base, Session, db
from shopapp.inbox.models import Ticket
from shopapp.mail.files import Files
from shopapp.mail.models import OutboundMail, OutboundState
from shopapp.ops import database
from shopapp.ops.models import PrivacyRequest, RequestKind
from shopapp.ops.privacy import actions, coverage, own, people
from shopapp.refusals import Stale
from shopapp.tenancy import bind
from tests import cast
from tests.conftest import OpenStore
from tests.ops import zora
from tests.ops.zora import EMAIL, HERS, MARKS, PROSE, SHOPIFY

TABLES = database.load_models().tables


def _worded() -> Iterator[tuple[str, str]]:
    """Every column a store owns in which somebody's words could stand."""
    for table in database.store_owned_tables():
        for column in TABLES[table].columns:
            key = column.foreign_keys or column.primary_key
            is_worded = isinstance(column.type, CleanText | Json | LargeBinary | sa.Text)
            if is_worded and not key and not isinstance(column.type, Enum) and _can_hold(column):
                yield table, column.name


def _can_hold(column: Column[object]) -> bool:
    return not isinstance(column.type, Json) or str(column.type.shape) not in (
        "dict[str, int]",
        "dict[str, bool]",
    )


def test_every_column_of_a_store_is_covered_or_free_of_customers_for_a_reason() -> None:
    covered = {(table, name) for table, names in coverage.swept().items() for name in names}
    free = set()
    for place in coverage.FREE:
        table, name = place.split(".")
        free |= {
            each for each in _worded() if each == (table, name) or (each[0], "*") == (table, name)
        }
    assert set(_worded()) - covered - free == set()
    assert covered & free == set()
    assert {(table, name) for table, name in covered if name not in TABLES[table].c} == set()


@pytest.fixture
def hers(engine: Engine, config: Config) -> Path:
    """The instance folder, once Zora is a customer of Harbor."""
    zora.plant(engine, config.instance)
    return config.instance


def _redact(engine: Engine, config: Config, **known: str) -> PrivacyRequest:
    with Session(db, bind=engine, expire_on_commit=False) as session:
        bind(session, cast.HARBOR.id)
        person = people.find(session, **known)
        assert person is not None
        request = actions.redact_customer(session, person, config=config, by=None)
        session.commit()
        return request


def test_nothing_of_a_redacted_customer_is_left_anywhere(
    engine: Engine, hers: Path, config: Config
) -> None:
    planted = {f"{table}.{name}" for table, names in coverage.swept().items() for name in names}
    assert planted - zora.traces(engine, hers) == set()
    request = _redact(engine, config, email=EMAIL.upper())
    assert zora.traces(engine, hers) == set()
    assert {"customer", "ticket", "raw_mail", "audit_event", "job", "files"} <= set(request.counts)


def test_the_money_stays_without_the_person(engine: Engine, hers: Path, config: Config) -> None:
    before = _money(engine)
    _redact(engine, config, shopify_id=SHOPIFY)
    assert _money(engine) == before
    with Session(db, bind=engine) as session:
        bind(session, cast.HARBOR.id)
        assert session.get_one(Customer, "cherscustomer").name == "Unknown customer"
        assert session.get_one(Ticket, "chersticket").subject == "Redacted"


def _money(engine: Engine) -> list[Decimal]:
    with Session(db, bind=engine) as session:
        bind(session, cast.HARBOR.id)
        return list(session.scalars(select(Order.total).order_by(Order.id)))


def test_other_people_keep_their_own(engine: Engine, config: Config) -> None:
    _redact(engine, config, email="nils@mail.example")
    with Session(db, bind=engine) as session:
        bind(session, cast.HARBOR.id)
        kept = session.scalars(select(Customer.email).where(Customer.email.is_not(None))).all()
        assert kept == ["mona@mail.example"]
        subjects = session.scalars(select(Ticket.subject).order_by(Ticket.number)).all()
        assert subjects == ["Redacted", "A leaf in the parcel"]


def test_a_store_cannot_redact_the_customer_of_another(store_session: OpenStore) -> None:
    assert people.find(store_session("hill"), email="nils@mail.example") is None


def test_the_proof_recognises_the_person_and_names_nobody(
    engine: Engine, hers: Path, config: Config
) -> None:
    request = _redact(engine, config, email=EMAIL)
    assert people.hashed(cast.HARBOR.id, f"email {EMAIL}") in request.subject
    assert not any(mark in str((request.subject, request.counts)).lower() for mark in MARKS)
    with Session(db, bind=engine) as session:
        bind(session, cast.HARBOR.id)
        line = session.scalars(
            select(AuditEvent).where(AuditEvent.action == "privacy.redact_customer")
        ).one()
        assert line.after == {"rows and files": request.total, "proof": request.id}


def test_a_mail_that_is_being_sent_is_not_torn_away(
    engine: Engine, hers: Path, config: Config
) -> None:
    with Session(db, bind=engine) as session:
        bind(session, cast.HARBOR.id)
        session.execute(update(OutboundMail).values(state=OutboundState.SENDING))
        session.commit()
    with pytest.raises(Stale, match="being sent right now"):
        _redact(engine, config, email=EMAIL)


def test_a_mail_that_waits_is_called_back(engine: Engine, hers: Path, config: Config) -> None:
    with Session(db, bind=engine) as session:
        bind(session, cast.HARBOR.id)
        session.execute(update(OutboundMail).values(state=OutboundState.QUEUED))
        session.commit()
    _redact(engine, config, email=EMAIL)
    with Session(db, bind=engine) as session:
        bind(session, cast.HARBOR.id)
        states = dict(session.execute(select(OutboundMail.id, OutboundMail.state)).all())
        assert states["chersoutbound_mail"] == OutboundState.CANCELLED


def test_an_export_holds_all_of_it_and_nothing_of_others(
    engine: Engine, hers: Path, config: Config
) -> None:
    with Session(db, bind=engine) as session:
        bind(session, cast.HARBOR.id)
        person = people.find(session, email=EMAIL)
        assert person is not None
        made = io.BytesIO()
        request = actions.export_customer(session, person, made, config=config, by=None)
        assert request.counts["files"] == 3  # her mail, what was sent to her, her attachment
    with zipfile.ZipFile(made) as archive:
        held = {name: archive.read(name).decode("utf-8", "replace") for name in archive.namelist()}
    assert {f"{table}.json" for table in HERS} <= set(held)
    assert all(PROSE in held[f"{table}.json"] for table in HERS - {"raw_mail", "customer"})
    assert "mona@" not in "".join(held.values())


def test_a_restored_database_is_redacted_again_from_the_note_alone(
    app: Flask, engine: Engine, hers: Path, config: Config
) -> None:
    with Session(db, bind=engine) as session:
        bind(session, cast.HARBOR.id)
        person = people.find(session, email=EMAIL)
        assert person is not None
        hashes = person.hashes
    redaction = actions.as_redaction(RequestKind.REDACT_CUSTOMER, cast.HARBOR.id, hashes)
    assert not any(mark in json.dumps(redaction).lower() for mark in MARKS)
    with app.app_context():
        assert actions.replay(config, redaction) > 0
        assert actions.replay(config, redaction) == 0
        assert actions.replay(config, {**redaction, "store_id": "cgone"}) == 0
    assert zora.traces(engine, hers) == set()


def test_a_redacted_store_is_gone_with_its_people_and_files(
    app: Flask, engine: Engine, hers: Path, config: Config
) -> None:
    with app.app_context():
        request = actions.redact_store(config, cast.HARBOR.id, by="Ada", source="cli")
    assert request.counts["customer"] == 4
    with Session(db, bind=engine) as session:
        assert {each.email for each in session.scalars(select(own.models()["app_user"]))} == {
            "dora@hill.example",
            "eve@nowhere.example",
        }
        proof = session.get_one(PrivacyRequest, request.id)
        assert (proof.store_id, proof.requested_by) == (cast.HARBOR.id, "Ada")
    for model in own.models().values():
        with Session(db, bind=engine) as session:
            bind(session, cast.HARBOR.id)
            if hasattr(model, "store_id") and model is not PrivacyRequest:
                theirs = select(func.count()).where(model.store_id == cast.HARBOR.id)
                assert session.scalar(theirs) == 0, model
    assert not Files.of(config, cast.HARBOR.id).disk.folder.exists()
    assert list((config.instance / "outbox").iterdir()) == []


def test_a_base_has_no_table_without_a_model() -> None:
    """So that a search through the models searches everything."""
    assert set(own.models()) == set(Base.metadata.tables)
