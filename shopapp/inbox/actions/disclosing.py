"""Disclosing: an order's facts go to somebody else only where a person says so, one by one."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from shopapp.accounts.models import User
from shopapp.audit.actions import record
from shopapp.db import Session
from shopapp.inbox.actions.timeline import note_event
from shopapp.inbox.models import TicketMessage
from shopapp.inbox.queries.audience import SHOWN
from shopapp.inbox.queries.exposure import Exposure, exposures
from shopapp.refusals import Invalid, Refused


class Exposed(Invalid):
    """Somebody would read of an order that is not theirs; `asks` is what has to be confirmed."""

    def __init__(self, asks: Sequence[Exposure]) -> None:
        told = "; ".join(str(each) for each in asks[:3])
        more = f" and {len(asks) - 3} more" if len(asks) > 3 else ""
        super().__init__(f"{told}{more}. Confirm that you mean it, or take the address out.", "to")
        self.asks = asks


def asked(refusal: Refused) -> Sequence[Exposure]:
    """What a refusal asks a person to confirm, if anything."""
    return refusal.asks if isinstance(refusal, Exposed) else ()


def refuse_exposure(
    session: Session, reply: TicketMessage, *, may_see: Collection[str], by: User
) -> None:
    """Raises Exposed unless each one who would read of another's order is among `may_see`.

    These are the keys of exposures that `by` has confirmed; they are written down, and asked
    about no more in this ticket.
    """
    found = exposures(session, reply)
    if asks := [each for each in found if each.key not in may_see]:
        raise Exposed(asks)
    for each in found:
        note_event(session, reply.ticket, SHOWN, by=by, to=each.address, order=each.order)
        shown = {"to": each.address, "order": each.order, "of": each.owner}
        record(session, "reply.order_shown", reply, by=by, after=shown)
