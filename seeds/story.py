"""Stories: what customers and the team do with a ticket, step by step, through the real actions."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy import select

from seeds.letters import bounces
from seeds.letters.shapes import Answered, Letter, mail, written
from seeds.stage import Stage
from seeds.vouching import vouch
from shopapp import clock
from shopapp.inbox.actions import noting, receiving, replying, sending, working
from shopapp.inbox.models import Direction, Priority, TicketMessage, TicketStatus
from shopapp.inbox.queries import replies, tickets
from shopapp.mail import queries as mails
from shopapp.mail import storing
from shopapp.mail.models import OutboundState
from shopapp.mail.states import announce, move
from shopapp.stores.queries import settings
from shopapp.stores.registry import limit

_MISTYPED = "smtp://support:hunter2@mail.harbor.example:25?security=none"


class Step(Protocol):
    """Something that happens in a story."""

    def play(self, stage: Stage, story: str) -> None: ...


@dataclass(frozen=True, slots=True)
class Story:
    """One ticket's story; each step comes with the hours before the planting it happened."""

    name: str
    steps: tuple[tuple[float, Step], ...]


def story(name: str, *steps: tuple[float, Step]) -> Story:
    """`story("lost-parcel", (30, Arrives(…)), (28, Answers("agent")))`."""
    return Story(name, steps)


def play(stage: Stage, stories: Sequence[Story], now: datetime) -> None:
    """Every step of every story, in the order in which they happened."""
    scenes = [(hours, each.name, step) for each in stories for hours, step in each.steps]
    for hours, name, step in sorted(scenes, key=lambda scene: -scene[0]):
        stage.time.move_to(now - timedelta(hours=hours))
        try:
            step.play(stage, name)
            stage.work()
        except Exception as error:
            error.add_note(f"in the story '{name}', {hours} hours ago")
            raise


class Fate(enum.StrEnum):
    """What becomes of an approved reply."""

    DELIVERED = "delivered"
    RETURNED = "returned"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Arrives:
    """A mail comes in; the ticket it opens is the story's."""

    letter: Letter

    def play(self, stage: Stage, story: str) -> None:
        shopper = {each.key: each for each in stage.shop.shoppers}.get(self.letter.sender)
        sender = f"{shopper.name} <{shopper.email}>" if shopper else self.letter.sender
        count = len(_messages(stage, story)) + 1
        raw = mail(
            self.letter,
            name=f"{story}.{count}",
            sender=sender,
            to=stage.mailbox.address,
            date=clock.now().replace(microsecond=0),
            answered=_answered(stage, story) if self.letter.answers else None,
        )
        _receive(stage, story, raw)


@dataclass(frozen=True, slots=True)
class Bounces:
    """The newest reply comes back from the customer's mail server."""

    reason: str

    def play(self, stage: Stage, story: str) -> None:
        answered = _answered(stage, story)
        customer = stage.tickets[story].customer_email
        moment = clock.now().replace(microsecond=0)
        raw = bounces.report(
            answered, customer, self.reason, to=stage.mailbox.address, date=moment, name=story
        )
        _receive(stage, story, raw)


@dataclass(frozen=True, slots=True)
class Answers:
    """A person approves the reply: as it stands, with words swapped, or with another body."""

    by: str
    swaps: tuple[tuple[str, str], ...] = ()
    body: str = ""
    fate: Fate = Fate.DELIVERED

    def play(self, stage: Stage, story: str) -> None:
        ticket, reply = stage.tickets[story], _reply(stage, story, self.by)
        body = written(self.body).strip() if self.body else _swapped(reply.body_text, self.swaps)
        vouch(stage.session, reply, body, by=stage.people[self.by])
        sending.approve(
            stage.session,
            reply,
            body=body,
            version=reply.version,
            seen=tickets.conversation(stage.session, ticket).last_seen,
            envelope=_envelope(stage),
            by=stage.people[self.by],
        )
        if self.fate is Fate.UNKNOWN:
            _stop_in_the_middle(stage, reply)
        stage.time.move_on(minutes=3)
        stage.work(smtp_url=_MISTYPED if self.fate is Fate.RETURNED else "")


@dataclass(frozen=True, slots=True)
class Edits:
    """A person works on the reply and leaves it in the composer."""

    by: str
    swaps: tuple[tuple[str, str], ...]

    def play(self, stage: Stage, story: str) -> None:
        reply = _reply(stage, story, self.by)
        body = _swapped(reply.body_text, self.swaps)
        by = stage.people[self.by]
        replying.revise(stage.session, reply, body=body, version=reply.version, by=by)


@dataclass(frozen=True, slots=True)
class Discards:
    """A person throws the draft away."""

    by: str
    reason: str

    def play(self, stage: Stage, story: str) -> None:
        reply = _reply(stage, story, self.by)
        replying.discard(stage.session, reply, reason=self.reason, by=stage.people[self.by])


@dataclass(frozen=True, slots=True)
class Assigns:
    """A person gives the ticket to somebody."""

    by: str
    to: str

    def play(self, stage: Stage, story: str) -> None:
        by, to = stage.people[self.by], stage.people[self.to]
        working.assign(stage.session, stage.tickets[story], to=to, by=by)


@dataclass(frozen=True, slots=True)
class Notes:
    """A person writes a note only the team sees."""

    by: str
    body: str

    def play(self, stage: Stage, story: str) -> None:
        by = stage.people[self.by]
        noting.add_note(stage.session, stage.tickets[story], body=written(self.body), by=by)


@dataclass(frozen=True, slots=True)
class Closes:
    """A person is done with the ticket."""

    by: str

    def play(self, stage: Stage, story: str) -> None:
        working.close(stage.session, stage.tickets[story], by=stage.people[self.by])


@dataclass(frozen=True, slots=True)
class Marks:
    """What a rule or a later room would set: a priority, or a standing such as spam."""

    priority: Priority | None = None
    status: TicketStatus | None = None

    def play(self, stage: Stage, story: str) -> None:
        ticket = stage.tickets[story]
        ticket.priority = self.priority or ticket.priority
        ticket.status = self.status or ticket.status


def _receive(stage: Stage, story: str, raw: bytes) -> None:
    session, mailbox = stage.session, stage.mailbox
    stored = storing.store_raw(session, mailbox, raw, origin=f"{story}.eml")
    if stored is None:
        message = f"the mail of {story} is there already"
        raise ValueError(message)
    ticket = receiving.receive(session, stored, mailbox, stage.files, stage.keys.thread_key)
    stage.tickets.setdefault(story, ticket)


def _messages(stage: Stage, story: str) -> Sequence[TicketMessage]:
    ticket = stage.tickets.get(story)
    if ticket is None:
        return []
    mine = select(TicketMessage).where(TicketMessage.ticket_id == ticket.id)
    return stage.session.scalars(mine.order_by(TicketMessage.sent_at)).all()


def _answered(stage: Stage, story: str) -> Answered:
    sent = [
        each
        for each in _messages(stage, story)
        if each.direction is Direction.OUT and each.message_id and not each.is_internal_note
    ][-1]
    return Answered(
        sent.message_id or "",
        tuple(sent.references),
        stage.shop.name,
        stage.mailbox.address,
        sent.sent_at,
        sent.body_text,
    )


def _reply(stage: Stage, story: str, by: str) -> TicketMessage:
    """The reply in the composer, begun by a person where the drafter wrote none."""
    ticket = stage.tickets[story]
    if replies.in_writing(stage.session, ticket) is None:
        replying.begin(stage.session, ticket, body="", by=stage.people[by])
    found = replies.in_writing(stage.session, ticket)
    assert found is not None  # noqa: S101 - it was begun above
    return found


def _swapped(body: str, swaps: tuple[tuple[str, str], ...]) -> str:
    for old, new in swaps:
        if old not in body:
            message = f"the draft does not say “{old}”: {body}"
            raise ValueError(message)
        body = body.replace(old, new)
    return body


def _envelope(stage: Stage) -> sending.Envelope:
    undo = timedelta(seconds=limit(settings(stage.session), "undo_seconds"))
    return sending.Envelope(stage.mailbox, undo, stage.keys.thread_key)


def _stop_in_the_middle(stage: Stage, reply: TicketMessage) -> None:
    """What a worker leaves behind that was killed while a mail server listened to it."""
    sent = mails.outbound_of(stage.session, reply.id)
    if sent is None:
        return
    server = f"mail.{stage.shop.domain}:587"
    move(
        stage.session,
        sent,
        OutboundState.QUEUED,
        OutboundState.SENDING,
        attempts=1,
        transport=server,
    )
    announce(stage.session, sent)
