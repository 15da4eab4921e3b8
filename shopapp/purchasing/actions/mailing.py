"""The mail that sends an approved order to its vendor: drafted, approved by a person, followed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import select

from shopapp import clock
from shopapp.accounts.models import User
from shopapp.db import Session
from shopapp.drafts import subjects
from shopapp.drafts.actions import commissioning, concluding
from shopapp.drafts.drafters import masking, prompts
from shopapp.drafts.drafters.stored import ReadyDrafter
from shopapp.drafts.exporting.redacting import Known, Person
from shopapp.drafts.matters import PurchaseFacts
from shopapp.drafts.models import AiDraft, DraftState, DraftSubject
from shopapp.drafts.proposals import Wish
from shopapp.drafts.queries.rules import style_rules
from shopapp.drafts.queries.voices import voice
from shopapp.drafts.unpacking import packet_of
from shopapp.ids import new_id
from shopapp.mail import composing, outbox
from shopapp.mail.enclosing import Enclosure, enclosed
from shopapp.mail.models import Mailbox, OutboundKind, OutboundMail, OutboundState
from shopapp.mail.queries import default_mailbox
from shopapp.mail.states import on_outcome
from shopapp.purchasing import covering
from shopapp.purchasing.actions import ordering
from shopapp.purchasing.models import PurchaseOrder, PurchaseOrderStatus
from shopapp.purchasing.papers import letter
from shopapp.purchasing.papers.content import Paper
from shopapp.purchasing.queries import orders as queries
from shopapp.purchasing.queries.papers import paper
from shopapp.refusals import Invalid, Stale
from shopapp.stores.models import Store
from shopapp.stores.queries import settings
from shopapp.stores.registry import limit
from shopapp.tenancy import store_of

_KEY = _INTENT = "purchase-order"


def draft_mail(session: Session, order: PurchaseOrder, *, by: User) -> AiDraft:
    """Draft the mail of an approved order, or give the draft that stands.

    Raises Stale for an order that is not approved, Invalid where no mail could reach the vendor.
    """
    return commissioning.commission(session, DraftSubject.PURCHASE_ORDER, order.id, by=by)


class Orders:
    """Purchase orders as the drafters, the shared editor and the exports know them."""

    def assignment(self, session: Session, subject_id: str, wish: Wish) -> subjects.Assignment:
        order = _order(session, subject_id)
        mailbox = _check(session, order)
        store, told = _store(session), paper(session, _store(session), order)
        brand = voice(store, settings(session), mailbox.address)
        brief = covering.brief(told, brand, wish, style_rules(session, mailbox.id, _INTENT))
        return subjects.Assignment(
            brief,
            ReadyDrafter(covering.proposal(told, brief.packet)),
            prompts.VENDOR_MAIL,
            masking.Known((told.vendor,), _given(told.vendor_address), (told.ship_to,)),
        )

    def place(self, session: Session, draft: AiDraft) -> subjects.Place | None:
        order = queries.order(session, draft.subject_id)
        if order is None:
            return None
        place = subjects.Place(
            title=f"Mail to {order.vendor.name}",
            back=order.number or "Purchase order",
            endpoint="purchasing.order",
            values={"order_id": order.id},
            verb="Approve and send",
            consequence=f"Goes to {order.vendor.email or 'nobody yet'} with the order as PDF. "
            "The order counts as sent once the mail has left.",
        )
        try:
            _check(session, order)
            _check_facts(session, order, draft)
        except (Invalid, Stale) as refusal:
            return replace(place, locked=str(refusal))
        return place

    def remarks(self, draft: AiDraft, text: str) -> Sequence[str]:
        return ()

    def accept(self, session: Session, draft: AiDraft, text: str, by: User) -> str:
        order = _order(session, draft.subject_id)
        mailbox = _check(session, order)
        _check_facts(session, order, draft)
        undo = timedelta(seconds=limit(settings(session), "undo_seconds"))
        mail = _queue(session, draft, order, text=text, mailbox=mailbox, by=by, undo=undo)
        return f"The mail leaves for {mail.recipients[0]} in {undo.seconds} seconds"

    def take_back(self, session: Session, draft: AiDraft, by: User) -> None:
        mail = _mail_of(session, draft)
        if mail is None:
            message = "There is no mail to take back."
            raise Stale(message)
        outbox.cancel(session, mail)

    def origins(self, session: Session, drafts: Sequence[AiDraft]) -> Mapping[str, subjects.Origin]:
        found = {}
        for draft in drafts:
            order = queries.order(session, draft.subject_id)
            if order is not None:
                vendor = Person(emails=_given(order.vendor.email), titles=(order.vendor.name,))
                known = Known((vendor,), _given(order.number))
                found[draft.id] = subjects.Origin(
                    PurchaseFacts.task, "", f"vendor {order.vendor_id}", known
                )
        return found


def follow(session: Session, mail: OutboundMail) -> None:
    """The order is sent once its mail has left; a mail that cannot leave is edited again."""
    kind, _, rest = mail.idempotency_key.partition(":")
    draft = session.get(AiDraft, rest.partition(":")[0]) if kind == _KEY else None
    if draft is None or draft.state is not DraftState.QUEUED:
        return
    if mail.state is OutboundState.FAILED:
        concluding.withdraw(session, draft)
        draft.error = mail.last_error
    elif mail.state is OutboundState.SENT:
        concluding.conclude(session, draft)
        order = queries.order(session, draft.subject_id)
        by = session.get(User, mail.approved_by_id)
        if order is not None and by and order.status is PurchaseOrderStatus.APPROVED:
            note = f"Mailed to {', '.join(mail.recipients)}"
            ordering.mark_sent(session, order, by=by, note=note)


def _check(session: Session, order: PurchaseOrder) -> Mailbox:
    """The mailbox an order's mail would leave from."""
    if order.status is not PurchaseOrderStatus.APPROVED:
        message = f"This order is {order.status.value.replace('_', ' ')}, so no mail is due."
        raise Stale(message)
    if not order.vendor.email:
        message = f"{order.vendor.name} has no mail address: add one on the vendor’s page."
        raise Invalid(message)
    mailbox = default_mailbox(session)
    if mailbox is None or mailbox.is_shadow:
        message = "There is no mailbox to send from: add one in Settings, Mailboxes."
        raise Invalid(message)
    return mailbox


def _check_facts(session: Session, order: PurchaseOrder, draft: AiDraft) -> None:
    """What the draft was written from must still be what the order says."""
    written_from = packet_of(draft.context_packet).purchase
    if written_from != covering.stated(paper(session, _store(session), order)):
        message = "The order changed since this mail was drafted: discard it and draft it anew."
        raise Stale(message)


def _queue(
    session: Session,
    draft: AiDraft,
    order: PurchaseOrder,
    *,
    text: str,
    mailbox: Mailbox,
    by: User,
    undo: timedelta,
) -> OutboundMail:
    told = paper(session, _store(session), order)
    message_id = f"<{new_id()}@{mailbox.address.rpartition('@')[2]}>"
    return outbox.queue(
        session,
        kind=OutboundKind.VENDOR,
        mailbox=mailbox,
        message_id=message_id,
        content=_composed(told, text, mailbox, message_id),
        envelope_from=mailbox.address,
        recipients=[told.vendor_email],
        subject=covering.subject(told),
        approved_by=by,
        idempotency_key=f"{_KEY}:{draft.id}:{new_id()}",
        not_before=clock.now() + undo,
    )


def _composed(told: Paper, text: str, mailbox: Mailbox, message_id: str) -> bytes:
    raw = composing.compose(
        message_id=message_id,
        sender=composing.Address(mailbox.address, mailbox.display_name),
        to=[composing.Address(told.vendor_email, told.vendor)],
        subject=covering.subject(told),
        text=text,
        date=clock.now(),
    )
    pdf = Enclosure(f"{told.file_name}.pdf", "application/pdf", letter.pdf(told))
    return enclosed(raw, message_id, [pdf])


def _mail_of(session: Session, draft: AiDraft) -> OutboundMail | None:
    """The newest mail a draft was approved as."""
    key = OutboundMail.idempotency_key.startswith(f"{_KEY}:{draft.id}:", autoescape=True)
    newest = select(OutboundMail).where(key).order_by(OutboundMail.id.desc())
    return session.scalars(newest.limit(1)).first()


def _order(session: Session, order_id: str) -> PurchaseOrder:
    order = queries.order(session, order_id)
    if order is None:
        message = "The purchase order is gone."
        raise Stale(message)
    return order


def _store(session: Session) -> Store:
    return session.scalars(select(Store).where(Store.id == store_of(session))).one()


def _given(value: str | None) -> tuple[str, ...]:
    return (value,) if value else ()


subjects.register(DraftSubject.PURCHASE_ORDER, Orders())
subjects.register_desk(DraftSubject.PURCHASE_ORDER, Orders())
on_outcome(OutboundKind.VENDOR, follow)
