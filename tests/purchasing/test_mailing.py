"""The mail that sends an order: drafted from its facts, edited, approved by a person, followed."""

from __future__ import annotations

import email
from email import policy
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.connectors.errors import Permanent
from shopapp.connectors.mail.fake import FakeTransport
from shopapp.drafts.models import AiDraft, AiDraftRevision, DraftState
from shopapp.jobs import worker
from shopapp.mail import delivery
from shopapp.mail.models import Mailbox, OutboundKind, OutboundMail, OutboundState
from shopapp.purchasing.actions import drafting, ordering
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderLine, PurchaseOrderStatus, Vendor
from shopapp.stores.models import StoreSettings
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.drafts.elsewhere import typed
from tests.purchasing.goods import ROOM, goods, person

MILL = "orders@mill.example"
DRAFTS = "/harbor/drafts"


@pytest.fixture
def order(store_session: OpenStore) -> str:
    """The id of an approved order of tea from a mill that has an address."""
    with store_session("harbor") as session:
        session.add(Mailbox(address="buy@harbor.example", is_default=True))
        session.scalars(select(StoreSettings)).one().thresholds = {"undo_seconds": 0}
        made = drafting.create_for(session, variants=goods(session, "earl"), by=person(session))
        row = made.drafts[0]
        row.lines[0].quantity = 24
        session.flush()
        session.scalars(select(Vendor).where(Vendor.id == row.vendor_id)).one().email = MILL
        ordering.approve(session, row, by=person(session))
        session.commit()
        return row.id


@pytest.fixture
def ben(sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.BEN)


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> FakeTransport:
    transport = FakeTransport()
    monkeypatch.setattr(delivery.mailboxes, "transport", lambda *_, **__: transport)
    return transport


@pytest.fixture
def editor(ben: FlaskClient, order: str) -> str:
    """The address of the drafted mail."""
    answer = ben.post(f"{ROOM}/orders/{order}/mails")
    assert answer.status_code == 303
    return answer.headers["Location"]


def one(store_session: OpenStore, model: Any) -> Any:
    with store_session("harbor") as session:
        session.reading = True
        return session.scalars(select(model)).one()


def test_the_mail_is_drafted_from_the_orders_own_facts(ben: FlaskClient, editor: str) -> None:
    page = ben.get(editor).text
    assert "24 × Tea earl" in page
    assert "Total: €98.40" in page
    assert "Every fact in it is supported." in page


def test_asking_twice_opens_the_same_draft(ben: FlaskClient, order: str, editor: str) -> None:
    assert ben.post(f"{ROOM}/orders/{order}/mails").headers["Location"] == editor


def test_an_approved_mail_leaves_with_the_order_as_pdf_and_the_order_is_sent(
    ben: FlaskClient, editor: str, app: Flask, server: FakeTransport, store_session: OpenStore
) -> None:
    form = typed(ben, editor)
    form["body"] = form["body"].replace("Hello,", "Dear millers,")
    assert ben.post(f"{editor}/approval", data=form).status_code == 303
    assert one(store_session, OutboundMail).kind is OutboundKind.VENDOR
    assert one(store_session, OutboundMail).approved_by_id == cast.BEN.id
    worker.drain(app)
    (sent,) = server.sent
    mail = email.message_from_bytes(sent.raw, policy=policy.default)
    assert mail["To"] == f"Mill & Sons <{MILL}>"
    (paper,) = mail.iter_attachments()
    assert paper.get_content().startswith(b"%PDF-")
    draft = one(store_session, AiDraft)
    assert (draft.state, draft.edit_class) == (DraftState.SENT, "light")
    assert one(store_session, PurchaseOrder).status is PurchaseOrderStatus.SENT
    assert "Dear millers" in ben.get(editor).text


def test_a_fact_nothing_supports_stops_it_until_a_person_vouches(
    ben: FlaskClient, editor: str, store_session: OpenStore
) -> None:
    form = typed(ben, editor)
    form["body"] += "\n\nWe pay €90.00."
    refused = ben.post(f"{editor}/approval", data=form)
    assert refused.status_code == 422
    assert "Nothing here supports €90.00" in refused.text
    assert one(store_session, AiDraft).state is DraftState.PROPOSED
    assert ben.post(f"{editor}/approval", data=form | {"confirmed": "€90.00"}).status_code == 303


def test_every_save_is_kept_and_the_second_of_two_editors_sees_both(
    ben: FlaskClient, sign_in: SignIn, editor: str, store_session: OpenStore
) -> None:
    form = typed(ben, editor)
    assert ben.post(editor, data=form | {"body": "Ben's words"}).status_code == 303
    late = sign_in(cast.ADA).post(editor, data=form | {"body": "Ada's words"})
    assert late.status_code == 409
    assert "Ben changed this text" in late.text
    assert "Ben&#39;s words" in late.text
    assert "Ada&#39;s words" in late.text
    with store_session("harbor") as session:
        assert len(session.scalars(select(AiDraftRevision)).all()) == 2


def test_an_approval_meets_its_own_save_that_was_on_its_way(ben: FlaskClient, editor: str) -> None:
    form = typed(ben, editor)
    form["body"] = form["body"].replace("Hello", "Good day")
    ben.post(editor, data=form)
    form["body"] = form["body"].replace("Good day", "Good morning")
    assert ben.post(f"{editor}/approval", data=form).status_code == 303


def test_an_approval_can_be_taken_back_before_the_mail_leaves(
    ben: FlaskClient, editor: str, store_session: OpenStore
) -> None:
    ben.post(f"{editor}/approval", data=typed(ben, editor))
    assert ben.post(f"{editor}/withdrawal").status_code == 303
    assert one(store_session, OutboundMail).state is OutboundState.CANCELLED
    assert one(store_session, AiDraft).state is DraftState.EDITED
    assert ben.post(f"{editor}/approval", data=typed(ben, editor)).status_code == 303


def test_an_order_is_not_reopened_while_its_mail_leaves(
    ben: FlaskClient, sign_in: SignIn, order: str, editor: str, store_session: OpenStore
) -> None:
    ben.post(f"{editor}/approval", data=typed(ben, editor))
    seen = {"version": one(store_session, PurchaseOrder).version}
    refused = sign_in(cast.ADA).post(f"{ROOM}/orders/{order}/reopening", data=seen)
    assert refused.status_code == 409
    assert "take it back first" in refused.text


def test_a_mail_of_an_order_that_changed_is_not_sent(
    ben: FlaskClient, editor: str, store_session: OpenStore
) -> None:
    form = typed(ben, editor)
    with store_session("harbor") as session:
        session.scalars(select(PurchaseOrderLine)).one().quantity = 48
        session.commit()
    refused = ben.post(f"{editor}/approval", data=form)
    assert refused.status_code == 409
    assert "draft it anew" in refused.text
    with store_session("harbor") as session:
        assert session.scalars(select(OutboundMail)).all() == []


def test_a_refused_mail_comes_back_with_the_reason(
    ben: FlaskClient, editor: str, app: Flask, server: FakeTransport, store_session: OpenStore
) -> None:
    server.fail_next(Permanent("550 no such miller"))
    ben.post(f"{editor}/approval", data=typed(ben, editor))
    worker.drain(app)
    assert one(store_session, AiDraft).state is DraftState.EDITED
    assert "no such miller" in ben.get(editor).text
    assert one(store_session, PurchaseOrder).status is PurchaseOrderStatus.APPROVED


def test_a_discarded_draft_learns_and_another_can_be_made(
    ben: FlaskClient, order: str, editor: str, store_session: OpenStore
) -> None:
    assert ben.post(f"{editor}/discarding", data={"reason": "tone"}).status_code == 303
    assert one(store_session, AiDraft).edit_class == "discarded"
    assert ben.post(f"{ROOM}/orders/{order}/mails").headers["Location"] != editor


def test_a_vendor_without_an_address_is_refused(
    ben: FlaskClient, order: str, store_session: OpenStore
) -> None:
    with store_session("harbor") as session:
        session.scalars(select(Vendor)).one().email = None
        session.commit()
    refused = ben.post(f"{ROOM}/orders/{order}/mails")
    assert refused.status_code == 422
    assert "has no mail address" in refused.text


def test_staff_may_read_but_not_approve(sign_in: SignIn, editor: str) -> None:
    cleo = sign_in(cast.CLEO)
    assert "Approve and send" not in cleo.get(editor).text
    assert cleo.post(f"{editor}/approval", data={"body": "x", "version": 1}).status_code == 403
