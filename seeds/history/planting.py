"""Planting the past weeks: closed tickets with their drafts, really scored, and what came after."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import insert, select

from seeds.history.drafted import Sent, drafted, final_of, letter
from seeds.history.lots import SHARE, Lot, lots
from seeds.history.rows import Row, Rows
from seeds.stage import Stage
from shopapp import ids
from shopapp.accounts.models import User
from shopapp.catalog.models import Order
from shopapp.drafts.learning.reward import EditClass
from shopapp.drafts.models import AiDraft, Arm, ComposeTime, DraftArm, DraftOutcome
from shopapp.inbox.models import (
    AuthorType,
    CsatRating,
    DeliveryState,
    Direction,
    Macro,
    Score,
    Ticket,
    TicketEvent,
    TicketMessage,
    TicketStatus,
)

_SCORES = {1: Score.GOOD, 0: Score.OK, -1: Score.BAD}
_ORDER = (Ticket, TicketMessage, AiDraft, DraftArm, ComposeTime, DraftOutcome)


def plant(stage: Stage, now: datetime) -> None:
    """Some eleven weeks of concluded drafts, before the stories of this week."""
    session, rows = stage.session, Rows()
    macros = {row.title: row for row in session.scalars(select(Macro))}
    orders = session.scalars(select(Order).order_by(Order.placed_at)).all()
    for number, lot in enumerate(lots(now), start=1):
        _Told(stage, rows, lot, number, now, macros.get(lot.request.macro), orders).tell()
    owned = {"store_id": stage.store.id}
    for model in (*_ORDER, *(each for each in rows.of if each not in _ORDER)):
        session.execute(
            insert(model).execution_options(render_nulls=True),
            [owned | row for row in rows.of.get(model, ())],
        )


@dataclass
class _Told:
    """One ticket's rows."""

    stage: Stage
    rows: Rows
    lot: Lot
    number: int
    now: datetime
    macro: Macro | None
    orders: Sequence[Order]

    def tell(self) -> None:
        lot, request = self.lot, self.lot.request
        sent_at = lot.at + timedelta(minutes=lot.minutes)
        ticket = self._ticket(sent_at)
        question = self._message(ticket, lot.at, lot.ask, AuthorType.CUSTOMER)
        self._arm(ticket)
        if lot.arm is Arm.HELD_OUT or lot.became is EditClass.STALE:
            final, draft_id = request.rewrite, None
        else:
            final, draft_id = final_of(lot), ids.new_id()
        reply = self._message(ticket, sent_at, self._letter(final), AuthorType.STAFF)
        if lot.arm is Arm.DRAFTED:
            sent = Sent(ticket, question, reply, self._letter(final), sent_at)
            self._draft(sent, draft_id or ids.new_id())
        is_sent = lot.became is not EditClass.DISCARDED
        self._aftermath(ticket, reply, draft_id if is_sent else None, sent_at)

    def _ticket(self, sent_at: datetime) -> str:
        lot, request = self.lot, self.lot.request
        ended = sent_at + timedelta(days=1)
        return self.rows.add(
            Ticket,
            lot.at,
            **self._customer("customer_"),
            updated_at=ended,
            number=self.number,
            version=1,
            subject=request.subject,
            status=TicketStatus.CLOSED,
            shopify_order_id=self._order.shopify_id if self._order else None,
            mailbox_id=self.stage.mailbox.id,
            assignee_id=self._agent.id,
            preview=lot.ask,
            last_message_at=sent_at,
            last_replied_at=sent_at,
            closed_at=ended,
        )

    @property
    def _agent(self) -> User:
        people = self.stage.people
        return people["admin"] if self.lot.by == 0 else people["agent"]

    @property
    def _order(self) -> Order | None:
        """What the customer had ordered by then."""
        email = self._customer("")["email"]
        theirs = [each for each in self.orders if each.email == email]
        return next((each for each in theirs if each.placed_at < self.lot.at), None)

    def _customer(self, prefix: str) -> Row:
        shoppers = self.stage.shop.shoppers
        shopper = shoppers[self.lot.shopper % len(shoppers)]
        return {f"{prefix}name": shopper.name, f"{prefix}email": shopper.email}

    def _letter(self, body: str) -> str:
        return letter(body, self.stage)

    def _message(self, ticket: str, at: datetime, text: str, author: AuthorType) -> str:
        is_ours = author is AuthorType.STAFF
        mine = {"author_name": self._agent.name, "author_email": self.stage.mailbox.address}
        return self.rows.add(
            TicketMessage,
            at,
            **(mine if is_ours else self._customer("author_")),
            ticket_id=ticket,
            version=1,
            author_type=author,
            author_id=self._agent.id if is_ours else None,
            direction=Direction.OUT if is_ours else Direction.IN,
            recipients=[self._customer("")["email"] if is_ours else self.stage.mailbox.address],
            subject=self.lot.request.subject,
            body_text=text,
            visible_text=text,
            delivery_state=DeliveryState.SENT if is_ours else DeliveryState.RECEIVED,
            sent_at=at,
        )

    def _arm(self, ticket: str) -> None:
        lot = self.lot
        intent = lot.request.intent
        self.rows.add(
            DraftArm, lot.at, ticket_id=ticket, arm=lot.arm, hold_out=SHARE, intent=intent
        )

    def _draft(self, sent: Sent, key: str) -> None:
        self.rows.add(
            AiDraft,
            self.lot.at + timedelta(seconds=20),
            id=key,
            **drafted(self.lot, sent, self.stage, self._agent, self.macro),
        )

    def _aftermath(self, ticket: str, reply: str, draft: str | None, sent_at: datetime) -> None:
        lot, order = self.lot, self._order
        if lot.seconds is not None:
            self.rows.add(
                ComposeTime,
                sent_at,
                ticket_message_id=reply,
                user_id=self._agent.id,
                milliseconds=lot.seconds * 1000,
                spans=[],
            )
        self.rows.add(
            DraftOutcome,
            sent_at,
            updated_at=max(sent_at, min(self.now, sent_at + timedelta(days=14))),
            ticket_id=ticket,
            ticket_message_id=reply,
            ai_draft_id=draft,
            arm=lot.arm,
            intent=lot.request.intent,
            sent_at=sent_at,
            seconds=lot.seconds,
            reopened=lot.reopened,
            rating=lot.rating,
            refunded=bool(order.refunded) if order else None,
            refunded_before=Decimal(0) if order else None,
            settled_at=self.now if sent_at < self.now - timedelta(days=14) else None,
        )
        self._events(ticket, sent_at)

    def _events(self, ticket: str, sent_at: datetime) -> None:
        agent, lot = self._agent, self.lot
        by = {"actor_id": agent.id, "actor_name": agent.name or ""}
        self._event(ticket, "sent", sent_at)
        if lot.reopened:
            self._event(ticket, "reopened", sent_at + timedelta(hours=9))
        self._event(ticket, "closed", sent_at + timedelta(hours=20), **by)
        if lot.rating is not None:
            asked = sent_at + timedelta(hours=21)
            self.rows.add(
                CsatRating,
                asked,
                ticket_id=ticket,
                asked_email=self._customer("")["email"],
                asked_at=asked,
                expires_at=asked + timedelta(days=30),
                score=_SCORES[lot.rating],
                rated_at=asked + timedelta(hours=5),
            )

    def _event(self, ticket: str, kind: str, at: datetime, **by: str) -> None:
        self.rows.add(TicketEvent, at, ticket_id=ticket, kind=kind, detail={}, **by)
