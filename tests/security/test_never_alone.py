"""What a model writes reaches no mail server unless a signed-in person approved it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from shopapp import clock, config
from shopapp.accounts.models import Role, User
from shopapp.connectors.mail.fake import FakeTransport
from shopapp.db import Session
from shopapp.drafts.models import AiDraft, DraftState
from shopapp.drafts.views import editor
from shopapp.home.views import decisions
from shopapp.inbox.models import AuthorType, DeliveryState, TicketMessage
from shopapp.inbox.queries import replies
from shopapp.inbox.views import messages
from shopapp.inbox.views import replies as pages
from shopapp.jobs import registry
from shopapp.mail import delivery
from shopapp.mail.models import OutboundKind, OutboundMail, OutboundState
from shopapp.refusals import NotAllowed
from tests import cast
from tests.inbox.desk import Desk, letter, newest_ticket
from tests.jobs.scaffold import Shop
from tests.mail.posting import post, queue

WRITERS = (
    "shopapp.drafts",
    "shopapp.connectors.llm",
    "shopapp.inbox.actions.drafting",
    "shopapp.inbox.actions.replying",
    *(f"shopapp.inbox.actions.{name}" for name in ("briefing", "reworking")),
)
"""What asks a model and keeps its words; whatever is added below `drafts` is in it by itself."""
APPROVALS = ("sending.approve", "approving.approve_reply", "leaving.approve", "drafts.approve")
WAYS_OUT = (
    "shopapp.mail.outbox",
    "shopapp.mail.delivery",
    "shopapp.connectors.mail.client",
    "shopapp.inbox.actions.sending",
)
HANDLERS = Path(config.ROOT) / "shopapp"
QUESTION = "Where is my order #1001? I am still waiting for the parcel."


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call of something called `name` ('outbox.queue', 'OutboundMail'), with its file."""
    package = Path(config.ROOT) / "shopapp"
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(name):
                yield path.relative_to(package).as_posix(), node


def assigned(value: str) -> list[str]:
    """Every file that sets something to `value`."""
    package = Path(config.ROOT) / "shopapp"
    return [
        path.relative_to(package).as_posix()
        for path in sorted(package.rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Assign) and ast.unparse(node.value) == value
    ]


def callers(name: str) -> list[str]:
    return [path for path, _ in calls(name)]


def test_no_import_leads_from_what_writes_drafts_to_what_sends_mail() -> None:
    graph = grimp.build_graph("shopapp")
    assert {"shopapp.drafts", "shopapp.inbox.actions.drafting"} <= graph.modules
    for writer in graph.modules & {*WRITERS}:
        for out in WAYS_OUT:
            assert not graph.chain_exists(importer=writer, imported=out, as_packages=True)


def test_one_line_queues_replies_and_it_names_its_approver() -> None:
    assert callers("OutboundMail") == ["mail/outbox.py"]
    assert callers("posting.post") == ["inbox/actions/sending.py"]
    queued = {
        place: {each.arg: ast.unparse(each.value) for each in call.keywords}
        for place, call in calls("outbox.queue")
    }
    reply, own = queued.pop("inbox/actions/posting.py"), queued.pop("mail/letters.py")
    assert (reply["kind"], reply["approved_by"]) == ("OutboundKind.REPLY", "by")
    assert (own["kind"], own["approved_by"]) == ("OutboundKind.ACCOUNT", "None")
    survey = queued.pop("inbox/actions/surveying.py")
    assert (survey["kind"], survey["approved_by"]) == ("OutboundKind.SURVEY", "None")
    order = queued.pop("purchasing/actions/mailing.py")
    assert (order["kind"], order["approved_by"]) == ("OutboundKind.VENDOR", "by")
    assert queued == {}


def test_a_draft_of_another_area_is_accepted_in_one_place_for_who_is_signed_in() -> None:
    assert callers("desk.accept") == ["drafts/actions/editing.py"]
    ((place, call),) = calls("editing.approve")
    by = {each.arg: ast.unparse(each.value) for each in call.keywords}["by"]
    assert (place, by) == ("drafts/views/editor.py", "here.user")
    mark = editor.editor_approval.shopapp_mark  # type: ignore[attr-defined]
    assert mark.roles == {Role.ADMIN, Role.AGENT}


def test_three_pages_approve_and_the_approver_is_who_is_signed_in() -> None:
    by = {
        place: {each.arg: ast.unparse(each.value) for each in call.keywords}["by"]
        for name in ("sending.approve", "approving.approve_reply")
        for place, call in calls(name)
    }
    assert by == {
        "inbox/views/leaving.py": "here.user",
        "home/actions/approving.py": "by",
        "home/views/doing.py": "here.user",
    }
    assert sorted(callers("leaving.approve")) == [
        "inbox/views/messages.py",
        "inbox/views/replies.py",
    ]
    for page in (pages.reply_sending, messages.message_sending, decisions.decision_change):
        mark = page.shopapp_mark  # type: ignore[attr-defined]
        assert mark.roles == {Role.ADMIN, Role.AGENT}
        assert not mark.is_public


def test_no_job_no_rule_and_no_command_approves_anything() -> None:
    """Approving is called from pages alone, and pages know who is signed in."""
    allowed = {
        "sending.approve": {"inbox/views/leaving.py", "home/actions/approving.py"},
        "approving.approve_reply": {"home/views/doing.py"},
        "leaving.approve": {"inbox/views/messages.py", "inbox/views/replies.py"},
        "drafts.approve": {"inbox/actions/sending.py"},
    }
    assert {name: set(callers(name)) for name in APPROVALS} == allowed
    for path in {*HANDLERS.rglob("cli/*.py"), HANDLERS / "schedule.py"}:
        assert not any(name in path.read_text() for name in APPROVALS), path


def test_only_an_approval_puts_a_draft_or_a_reply_on_its_way() -> None:
    assert assigned("DraftState.QUEUED") == ["drafts/actions/concluding.py"]
    assert assigned("DeliveryState.QUEUED") == ["inbox/actions/sending.py"]
    assert assigned("DraftState.SENT") == ["drafts/actions/concluding.py"]


def test_whoever_approves_is_a_person_who_was_invited_or_set_the_store_up() -> None:
    """No code makes a user for itself: neither for an automation nor for a key."""
    assert callers("User") == ["account/actions/people.py"]


def test_only_delivery_hands_mail_over_and_only_what_is_in_the_outbox() -> None:
    assert callers("transport.deliver") == ["mail/delivery.py"]


def test_every_job_that_is_due_sends_nothing_nobody_approved(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail_server = FakeTransport()
    monkeypatch.setattr(delivery.mailboxes, "transport", lambda *_, **__: mail_server)
    desk.take_in(letter(QUESTION))
    assert "inbox.draft" in registry.names()
    assert desk.work()
    with desk.session() as session:
        reply = replies.in_writing(session, newest_ticket(session))
        assert reply is not None
        assert reply.delivery_state is DeliveryState.DRAFT
        assert session.scalars(select(OutboundMail)).all() == []
    assert mail_server.sent == []


@pytest.mark.parametrize("kind", [OutboundKind.REPLY, OutboundKind.VENDOR])
def test_the_outbox_takes_no_reply_without_an_approver(shop: Shop, kind: OutboundKind) -> None:
    with pytest.raises(NotAllowed):
        post(shop, kind=kind, approved_by=None)


@pytest.mark.parametrize("state", ["sending", "sent", "failed", "unknown"])
@pytest.mark.parametrize("kind", ["reply", "vendor"])
def test_the_database_itself_lets_nothing_leave_unapproved(
    shop: Shop, kind: str, state: str
) -> None:
    """Even where code forgot to ask, on both databases."""
    mail_id = post(shop)
    with pytest.raises(IntegrityError, match="approved"), shop.session() as session:
        _force(session, mail_id, kind=OutboundKind(kind), state=OutboundState(state))


def test_the_outbox_takes_no_reply_that_somebody_of_another_store_approved(shop: Shop) -> None:
    with shop.session() as session:
        dora = session.get_one(User, cast.DORA.id)
        with pytest.raises(NotAllowed, match="works for this store"):
            queue(session, shop, approved_by=dora)
        ada = session.get_one(User, cast.ADA.id)
        ada.active = False
        with pytest.raises(NotAllowed):
            queue(session, shop, approved_by=ada)
        session.rollback()


def test_the_database_itself_knows_no_draft_on_its_way_without_an_approver(drafted: Desk) -> None:
    approved = {"approved_by_id": cast.BEN.id, "approved_at": clock.now()}
    for state in (DraftState.QUEUED, DraftState.SENT):
        for missing in approved:
            values = {"state": state, **approved, missing: None}
            with pytest.raises(IntegrityError, match="approved"), drafted.session() as session:
                session.execute(update(AiDraft).values(**values))
        with drafted.session() as session:
            session.execute(update(AiDraft).values(state=state, **approved))
            session.rollback()


def test_an_approver_cannot_be_deleted_away(drafted: Desk) -> None:
    with drafted.session() as session:
        done = {"approved_by_id": cast.BEN.id, "approved_at": clock.now()}
        session.execute(update(AiDraft).values(state=DraftState.SENT, **done))
    with pytest.raises(IntegrityError), drafted.session() as session:
        session.execute(delete(User).where(User.id == cast.BEN.id))


def test_the_database_itself_lets_no_words_of_a_model_leave_alone(drafted: Desk) -> None:
    ours = update(TicketMessage).where(TicketMessage.author_type == AuthorType.AI)
    for state in ("queued", "sending", "sent", "failed", "unknown"):
        leaves = ours.values(delivery_state=DeliveryState(state))
        with pytest.raises(IntegrityError, match="person who"), drafted.session() as session:
            session.execute(leaves)
        with drafted.session() as session:
            session.execute(leaves.values(author_id=cast.BEN.id))
            session.rollback()


def test_a_draft_that_is_approved_as_it_stands_is_the_approvers(drafted: Desk) -> None:
    with drafted.session() as session:
        ticket = newest_ticket(session)
        reply = replies.in_writing(session, ticket)
        assert reply is not None
        drafted.approve(session, ticket, reply.body_text)
        assert (reply.author_type, reply.author_id) == (AuthorType.STAFF, cast.BEN.id)


def _force(session: Session, mail_id: str, **values: object) -> None:
    session.execute(
        update(OutboundMail)
        .where(OutboundMail.id == mail_id)
        .values(approved_by_id=None, **values)
        .execution_options(synchronize_session=False)
    )
