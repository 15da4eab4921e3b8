"""Flags of the demo stores: raised by the real check and by people, and what they did with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select

from seeds.stage import Stage
from seeds.story import story
from shopapp import clock
from shopapp.catalog.models import Order
from shopapp.flags import actions, checking
from shopapp.flags.models import OrderFlag
from shopapp.flags.queries import live


@dataclass(frozen=True, slots=True)
class Checks:
    """All orders are put to the rules."""

    def play(self, stage: Stage, _story: str) -> None:
        checking.check(stage.session)


@dataclass(frozen=True, slots=True)
class Flags:
    """A person flags an order; `ticket` is the story of the ticket it was reported in."""

    by: str
    order: str
    kind: str
    note: str
    ticket: str = ""

    def play(self, stage: Stage, _story: str) -> None:
        ticket = stage.tickets[self.ticket].id if self.ticket else None
        actions.raise_by_hand(
            stage.session,
            _order(stage, self.order),
            kind=self.kind,
            note=self.note,
            by=stage.people[self.by],
            ticket_id=ticket,
        )


@dataclass(frozen=True, slots=True)
class Takes:
    """A person makes a flag their own."""

    by: str
    order: str
    kind: str

    def play(self, stage: Stage, _story: str) -> None:
        by = stage.people[self.by]
        actions.assign(stage.session, _flag(stage, self.order, self.kind), to=by, by=by)


@dataclass(frozen=True, slots=True)
class Comments:
    """A person leaves a note on a flag."""

    by: str
    order: str
    kind: str
    note: str

    def play(self, stage: Stage, _story: str) -> None:
        flag, by = _flag(stage, self.order, self.kind), stage.people[self.by]
        actions.add_note(stage.session, flag, body=self.note, by=by)


@dataclass(frozen=True, slots=True)
class Snoozes:
    """A person puts a flag away for some days."""

    by: str
    order: str
    kind: str
    days: int

    def play(self, stage: Stage, _story: str) -> None:
        flag, until = _flag(stage, self.order, self.kind), clock.now() + timedelta(days=self.days)
        actions.snooze(stage.session, flag, until=until, by=stage.people[self.by])


@dataclass(frozen=True, slots=True)
class Resolves:
    """A person has dealt with what a flag was about."""

    by: str
    order: str
    kind: str
    note: str

    def play(self, stage: Stage, _story: str) -> None:
        flag, by = _flag(stage, self.order, self.kind), stage.people[self.by]
        actions.resolve(stage.session, flag, note=self.note, by=by)


@dataclass(frozen=True, slots=True)
class Dismisses:
    """A person finds that a flag is about nothing."""

    by: str
    order: str
    kind: str
    reason: str

    def play(self, stage: Stage, _story: str) -> None:
        flag, by = _flag(stage, self.order, self.kind), stage.people[self.by]
        actions.dismiss(stage.session, flag, reason=self.reason, by=by)


HARBOR = (
    story(
        "orders-watched",
        (90, Flags("agent", "#1065", "delivery_problem", "No scan since Holyhead.")),
        (89.8, Takes("agent", "#1065", "delivery_problem")),
        (66, Comments("staff", "#1065", "delivery_problem", "Gull Post is searching the depot.")),
        (60, Checks()),
        (59.5, Takes("admin", "#1072", "unfulfilled")),
        (20, Checks()),
        (19.5, Comments("staff", "#1076", "unfulfilled", "Decaf is roasted on Tuesday.")),
        (19, Snoozes("agent", "#1076", "unfulfilled", 3)),
        (17, Resolves("agent", "#1078", "high_value", "I rang Milo: it is for his café.")),
        (5.8, Flags("agent", "#1079", "address_problem", "Wait for the new address.")),
        (5, Resolves("admin", "#1079", "address_problem", "Changed before the label was printed.")),
        (4, Checks()),
        (3, Dismisses("admin", "#1077", "unfulfilled", "It was agreed with the customer")),
        (
            1.5,
            Flags(
                "agent",
                "#1062",
                "customer_reported",
                "The second mug that broke in a box of this size.",
                ticket="broken-sand-mug",
            ),
        ),
        (0.1, Checks()),
    ),
)
HILL = (
    story("orders-watched", (20, Checks()), (18, Takes("admin", "#1052", "unfulfilled"))),
    story("orders-watched-again", (0.1, Checks())),
)


def _order(stage: Stage, name: str) -> Order:
    return stage.session.scalars(select(Order).where(Order.name == name)).one()


def _flag(stage: Stage, name: str, kind: str) -> OrderFlag:
    found = live(stage.session, _order(stage, name).shopify_id, kind)
    if found is None:
        message = f"{name} has no live flag '{kind}'"
        raise LookupError(message)
    return found
