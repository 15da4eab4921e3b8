"""The Export page: what would be written, writing it, taking it; for admins who just signed in."""

from __future__ import annotations

import io
from zipfile import ZipFile

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from shopapp.audit.models import AuditEvent
from shopapp.drafts.models import DraftExport, ExportState
from shopapp.jobs import worker
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.drafts import history

PAGE = "/harbor/drafts/exports"


@pytest.fixture
def planted(app: Flask, store_session: OpenStore) -> None:
    """A history of decided drafts."""
    session = store_session("harbor")
    history.plant(session, rounds=1)
    session.commit()
    session.close()


@pytest.fixture
def ada(sign_in: SignIn, planted: None) -> FlaskClient:
    return sign_in(cast.ADA)


def made(store_session: OpenStore) -> DraftExport:
    """The one export there is."""
    session = store_session("harbor")
    row = session.scalars(select(DraftExport)).one()
    session.close()
    return row


def test_the_page_shows_redacted_rows_before_anything_is_written(ada: FlaskClient) -> None:
    page = ada.get(PAGE).text
    assert "As it would be written" in page
    assert "[PERSON_1]" in page
    assert history.WRITERS[0].email not in page


def test_an_export_is_asked_for_written_and_taken(
    ada: FlaskClient, app: Flask, store_session: OpenStore
) -> None:
    assert ada.post(PAGE, data={"model": "embedded"}).status_code == 303
    assert "Waiting for its turn" in ada.get(PAGE).text
    worker.drain(app)
    row = made(store_session)
    assert row.state is ExportState.DONE
    assert "Download" in ada.get(PAGE).text
    with ada.post(f"{PAGE}/{row.id}/file") as taken:
        assert "manifest.json" in ZipFile(io.BytesIO(taken.data)).namelist()
    done = select(AuditEvent.action).where(AuditEvent.action.startswith("export."))
    assert store_session("harbor").scalars(done.order_by(AuditEvent.id)).all() == [
        "export.asked",
        "export.written",
        "export.taken",
    ]


def test_an_export_can_be_cancelled_while_it_waits(
    ada: FlaskClient, store_session: OpenStore
) -> None:
    ada.post(PAGE)
    row = made(store_session)
    ada.post(f"{PAGE}/{row.id}/cancellation")
    assert "Cancelled" in ada.get(PAGE).text


def test_a_day_that_is_none_is_told_at_its_field(ada: FlaskClient) -> None:
    answer = ada.post(PAGE, data={"since": "soon"})
    assert answer.status_code == 422
    assert "is not a day" in answer.text


def test_filters_that_fit_nothing_say_so(ada: FlaskClient) -> None:
    assert "No draft fits" in ada.get(f"{PAGE}?until=2001-01-01").text


def test_agents_cannot_export(sign_in: SignIn, engine: Engine) -> None:
    assert sign_in(cast.BEN).get(PAGE).status_code == 403
