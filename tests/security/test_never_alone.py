"""What a model writes reaches no mail server unless a signed-in person approved it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from shopapp import config
from shopapp.accounts.models import Role
from shopapp.connectors.mail.fake import FakeTransport
from shopapp.db import Session
from shopapp.drafts.views import editor
from shopapp.home.views import decisions
from shopapp.inbox.models import DeliveryState
from shopapp.inbox.queries import replies
from shopapp.inbox.views import messages
from shopapp.inbox.views import replies as pages
from shopapp.jobs import registry
from shopapp.mail import delivery
from shopapp.mail.models import OutboundKind, OutboundMail, OutboundState
from shopapp.refusals import NotAllowed
from tests.inbox.desk import Desk, letter, newest_ticket
from tests.jobs.scaffold import Shop
from tests.mail.posting import post

WRITERS = ("shopapp.drafts", "shopapp.inbox.actions.drafting", "shopapp.inbox.actions.replying")
WAYS_OUT = (
    "shopapp.mail.outbox",
    "shopapp.mail.delivery",
    "shopapp.connectors.mail.client",
    "shopapp.inbox.actions.sending",
)
QUESTION = "Where is my order #1001? I am still waiting for the parcel."


def calls(name: str) -> Iterator[tuple[str, ast.Call]]:
    """Every call of something called `name` ('outbox.queue', 'OutboundMail'), with its file."""
    package = Path(config.ROOT) / "shopapp"
    for path in package.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(name):
                yield path.relative_to(package).as_posix(), node


def callers(name: str) -> list[str]:
    return [path for path, _ in calls(name)]


def test_no_import_leads_from_what_writes_drafts_to_what_sends_mail() -> None:
    graph = grimp.build_graph("shopapp")
    for writer in WRITERS:
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


def _force(session: Session, mail_id: str, **values: object) -> None:
    session.execute(
        update(OutboundMail)
        .where(OutboundMail.id == mail_id)
        .values(approved_by_id=None, **values)
        .execution_options(synchronize_session=False)
    )
