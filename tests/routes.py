"""Every route of the app with values for its parameters: from one store, from another, and bad."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

from flask import Flask
from sqlalchemy import select
from werkzeug.routing import Rule

from shopapp.accounts.models import Membership, Role
from shopapp.catalog.actions import everywhere
from shopapp.catalog.models import Order, Variant
from shopapp.clock import now
from shopapp.db import Session
from shopapp.drafts.models import (
    AiDraft,
    AiDraftRevision,
    DraftExport,
    DraftState,
    DraftSubject,
    StyleRule,
)
from shopapp.flags.models import FlagSeverity, OrderFlag
from shopapp.imports.models import FileImport
from shopapp.inbox.models import (
    Attachment,
    BulkChange,
    InboxRule,
    KnowledgeArticle,
    KnowledgeGap,
    Macro,
    Mention,
    SavedView,
    Tag,
    Ticket,
    TicketEvent,
    TicketMessage,
)
from shopapp.jobs.models import Job, JobState
from shopapp.mail.models import Mailbox, MailHook, MailUpload, RawMail
from shopapp.purchasing.models import PurchaseOrder, Vendor
from shopapp.seo.models import InsightLane, InsightSeverity, SeoInsight
from shopapp.stores.registry import THRESHOLDS
from shopapp.tenancy import store_of
from shopapp.web.access import Mark, mark_of

# A parameter that names a row of a store: the row's model. Another store's row must be a 404.
ROWS: dict[str, Any] = {
    "draft_id": AiDraft,
    "order_id": Order,  # a sales order; furnish() gives a purchase order the same id
    "article_id": KnowledgeArticle,
    "attachment_id": Attachment,
    "event_id": TicketEvent,
    "import_id": FileImport,
    "export_id": DraftExport,
    "job_id": Job,
    "hook_id": MailHook,
    "insight_id": SeoInsight,
    "flag_id": OrderFlag,
    "gap_id": KnowledgeGap,
    "style_id": StyleRule,
    "macro_id": Macro,
    "mention_id": Mention,
    "mailbox_id": Mailbox,
    "message_id": TicketMessage,
    "raw_id": RawMail,
    "rule_id": InboxRule,
    "tag_id": Tag,
    "row_id": Ticket,  # in the studio, whose <table> is the tickets'
    "ticket_id": Ticket,
    "upload_id": MailUpload,
    "variant_id": Variant,
    "change_id": BulkChange,
    "view_id": SavedView,
    "vendor_id": Vendor,
}
# Any other parameter: a value that is right. What is not listed as a choice must be a 404.
VALUES = {
    "table": "ticket",
    "token": "nothing",
    "name": "app.css",
    "content_id": "picture@mail.example",
    "key": THRESHOLDS[0].key,
}
BAD_IDS = ("nobody", "0", "c" * 400, "%00", "é☃", "..", "'; --")


@dataclass(frozen=True, eq=False)
class Route:
    """One rule with one of its methods."""

    rule: Rule
    method: str
    mark: Mark

    def __str__(self) -> str:
        return f"{self.method} {self.rule.rule}"

    @property
    def rows(self) -> list[str]:
        """The parameters that name a row."""
        return [name for name in sorted(self.rule.arguments) if name in ROWS]

    @property
    def is_of_a_store(self) -> bool:
        return "handle" in self.rule.arguments

    def url(self, app: Flask, handle: str, ids: dict[str, str]) -> str:
        """The route's address in the store `handle` with the rows `ids`."""
        values = {name: self._value(name, handle, ids) for name in self.rule.arguments}
        with app.test_request_context():
            return app.url_map.bind("localhost").build(self.rule.endpoint, values)

    def _value(self, name: str, handle: str, ids: dict[str, str]) -> str:
        if name == "handle":
            return handle
        if name in ids:
            return ids[name]
        choices = getattr(self.rule._converters[name], "items", None)
        if choices:
            return str(sorted(choices)[0])
        if name in VALUES:
            return VALUES[name]
        message = f"tests/routes.py knows no value for <{name}> of {self.rule}: add it there"
        raise LookupError(message)


def routes(app: Flask) -> Iterator[Route]:
    """Every rule with each of its methods (HEAD and OPTIONS come with GET)."""
    for rule in app.url_map.iter_rules():
        mark = mark_of(app, rule.endpoint)
        assert mark, f"{rule.endpoint} has no mark"
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            yield Route(rule, method, mark)


def wrong_methods(app: Flask) -> Iterator[tuple[Route, str]]:
    """Routes with a method that no rule of the same address takes."""
    taken: dict[str, set[str]] = {}
    for route in routes(app):
        taken.setdefault(route.rule.rule, set()).add(route.method)
    for route, method in product(routes(app), ("GET", "POST", "PUT", "PATCH", "DELETE")):
        if method not in taken[route.rule.rule]:
            yield route, method


def roles_without(mark: Mark) -> set[Role]:
    """The roles that may not."""
    return set(Role) - mark.roles if mark.roles else set()


def furnish(session: Session) -> dict[str, str]:
    """The id of one row for each parameter, in the session's store; what lacks is put there."""
    message = session.scalars(select(TicketMessage)).first()
    assert message
    mailbox = session.scalars(select(Mailbox)).first() or Mailbox(address="us@store.example")
    session.add(mailbox)
    session.flush()
    raw = RawMail(
        mailbox_id=mailbox.id, sha256="0" * 64, size=4, content=b"a: b", received_at=now()
    )
    attachment = Attachment(
        ticket_message_id=message.id,
        filename="a.txt",
        content_type="text/plain",
        size=1,
        sha256="0" * 64,
    )
    session.add_all([raw, attachment, *_rows(session, message, mailbox)])
    session.flush()
    session.add(order := _purchase(session))
    session.flush()
    session.add(draft := _draft(order))
    session.flush()
    session.add(AiDraftRevision(ai_draft_id=draft.id, version=1, body=draft.content))
    session.flush()
    own = {model: model.store_id == store_of(session) for model in ROWS.values()}
    return {name: session.scalars(select(m.id).where(own[m])).first() for name, m in ROWS.items()}


def _rows(session: Session, message: TicketMessage, mailbox: Mailbox) -> Iterator[Any]:
    """A row of everything else a route names."""
    somebody = session.scalars(select(Membership.user_id)).first()
    yield _insight()
    yield _flag(session)
    yield DraftExport(file="0" * 64)
    yield FileImport(kind="products", filename="a.csv", size=4, sha256="0" * 64)
    yield Job(store_id=store_of(session), name="inbox.draft", state=JobState.DEAD)
    yield Mention(ticket_message_id=message.id, user_id=somebody)
    yield Macro(title="Any", body="Hello")
    yield KnowledgeArticle(title="Any", body="Hello")
    yield MailHook(mailbox_id=mailbox.id, token="token")
    yield MailUpload(mailbox_id=mailbox.id, filename="a.mbox", size=1)
    yield TicketEvent(ticket_id=message.ticket_id, kind="merged", detail={"other": "nobody"})
    yield InboxRule(position=1, name="A rule")
    yield Tag(name="tea")
    yield BulkChange(verb="closed", tickets={})
    yield SavedView(name="Tea", query="q=tea", position=0)
    yield StyleRule(origin="Be short.", text="Be short.", seen=3, chances=3)
    yield KnowledgeGap(fingerprint="f", title="Tea", statement="Tea is fresh.", seen=3)


def _purchase(session: Session) -> PurchaseOrder:
    vendor = Vendor(name="The mill", currency="EUR")
    session.add(vendor)
    session.flush()
    return PurchaseOrder(
        id=session.scalars(select(Order.id)).first(),
        location_id=everywhere(session).id,
        vendor_id=vendor.id,
        currency="EUR",
    )


def _draft(order: PurchaseOrder) -> AiDraft:
    return AiDraft(
        subject_type=DraftSubject.PURCHASE_ORDER,
        subject_id=order.id,
        model="embedded",
        version="1",
        content="Hello, here is an order.",
        state=DraftState.PROPOSED,
    )


def _flag(session: Session) -> OrderFlag:
    order = session.scalars(select(Order)).first()
    assert order
    return OrderFlag(
        shopify_order_id=order.shopify_id,
        order_id=order.id,
        flag_type="other",
        severity=FlagSeverity.NOTICE,
    )


def _insight() -> SeoInsight:
    return SeoInsight(
        rule="low-ctr",
        rule_version=1,
        fingerprint="f",
        title="A query",
        severity=InsightSeverity.NOTICE,
        lane=InsightLane.LATER,
        category="content",
        resource_type="query",
        resource_id="tea",
        detected_at=now(),
    )
