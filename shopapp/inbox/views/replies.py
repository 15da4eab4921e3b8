"""Writing and sending the reply: autosave, changes, approval, undo, and what became of it."""

from __future__ import annotations

from collections.abc import Sequence

from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.drafts.actions import timing
from shopapp.inbox.actions import (
    attending,
    checking,
    disclosing,
    drafting,
    replying,
    revising,
    sending,
    settling,
)
from shopapp.inbox.addressing import Recipients
from shopapp.inbox.forms import DiscardForm, ReplyForm
from shopapp.inbox.models import DeliveryState, Ticket, TicketMessage
from shopapp.inbox.queries import replies as queries
from shopapp.inbox.queries.exposure import Exposure
from shopapp.inbox.views import composer, conflicts, inbox, leaving, vouching
from shopapp.inbox.views.tickets import BOTH, PAGE, PART, address, load, page
from shopapp.mail.outbox import Resolution
from shopapp.refusals import Invalid, Stale
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import changed, conflict, found, invalid, is_partial, show

WRITERS = (Role.ADMIN, Role.AGENT)
_GONE = (
    DeliveryState.QUEUED,
    DeliveryState.SENDING,
    DeliveryState.SENT,
    DeliveryState.UNKNOWN,
)


@inbox.get("/tickets/<ticket_id>/composer")
@allow(*EVERYONE)
def reply_composer(ticket_id: str) -> Response:
    """The composer as it stands now: polled while a draft is written or a reply leaves.

    A composer that can send knows what its page shows, so the conversation comes with it.
    """
    context = page(scope(), load(ticket_id))
    is_polled = context["composer"].state in composer.POLLED
    return show(PAGE, PART if is_polled else BOTH, **context)


@inbox.post("/tickets/<ticket_id>/reply")
@allow(*WRITERS)
def reply(ticket_id: str) -> Response:
    """Save what was typed; the first save begins the reply."""
    here, row, form = scope(), load(ticket_id), ReplyForm()
    if not form.validate():
        return refuse(here, row, form, first_error(form))
    try:
        written = _timed(here, row, form, save(here, row, form, form.readable_recipients()))
    except Stale as refusal:
        return conflicting(here, row, form, str(refusal))
    if form.take.data:
        return answer(here, row)
    attending.attend(here.session, row, by=here.user, replying=True)
    said = None if is_partial() else "Saved"
    version = composer.version_of(written)
    return changed("inbox/_saved.html", to=address(row), say=said, version=version)


@inbox.post("/tickets/<ticket_id>/reply/sending")
@allow(*WRITERS)
def reply_sending(ticket_id: str) -> Response:
    """Approve the reply; it leaves when the undo window has passed."""
    here, row, form = scope(), load(ticket_id), ReplyForm()
    if not form.validate():
        return refuse(here, row, form, first_error(form))
    if _has_left(here, row, form):
        return answer(here, row)
    try:
        written = _timed(here, row, form, save(here, row, form, form.recipients()))
        leaving.approve(here, written, form)
    except sending.Unseen as refusal:
        return refuse(here, row, form, str(refusal), news=refusal.news)
    except Invalid as refusal:
        asks, doubt = disclosing.asked(refusal), checking.is_doubt(refusal)
        return refuse(here, row, form, str(refusal), asks=asks, must_check=doubt)
    except Stale as refusal:
        return conflicting(here, row, form, str(refusal))
    return answer(here, row)


@inbox.post("/tickets/<ticket_id>/sending/cancelling")
@allow(*WRITERS)
def reply_undo(ticket_id: str) -> Response:
    """Take the approved reply back."""
    here, row = scope(), load(ticket_id)
    try:
        sending.undo(here.session, in_writing(here, row), by=here.user)
    except Stale as refusal:
        return too_late(here, row, str(refusal))
    return answer(here, row, "Not sent. Your text is back.")


@inbox.post("/tickets/<ticket_id>/reply/discarding")
@allow(*WRITERS)
def reply_discarding(ticket_id: str) -> Response:
    """Throw the reply away, with a reason the drafter learns from."""
    here, row, form = scope(), load(ticket_id), DiscardForm()
    if not form.validate():
        return _unanswered(here, row, first_error(form))
    try:
        replying.discard(here.session, in_writing(here, row), reason=form.why, by=here.user)
    except Stale as refusal:
        return too_late(here, row, str(refusal))
    return answer(here, row, "Draft discarded", tone="info")


@inbox.post("/tickets/<ticket_id>/reply/restoring")
@allow(*WRITERS)
def reply_restoring(ticket_id: str) -> Response:
    """Bring the discarded draft back."""
    here, row = scope(), load(ticket_id)
    try:
        replying.restore(here.session, row, by=here.user)
    except Stale as refusal:
        return too_late(here, row, str(refusal))
    return answer(here, row, "The draft is back")


@inbox.post("/tickets/<ticket_id>/drafts")
@allow(*WRITERS)
def reply_drafts(ticket_id: str) -> Response:
    """Ask for a new AI draft."""
    here, row = scope(), load(ticket_id)
    try:
        drafting.ask_again(here.session, row, by=here.user)
    except Stale as refusal:
        return too_late(here, row, str(refusal))
    except Invalid as refusal:
        return _unanswered(here, row, str(refusal))
    return answer(here, row)


@inbox.post("/messages/<message_id>/<any(confirming, repeating):way>")
@allow(*WRITERS)
def reply_settling(message_id: str, way: str) -> Response:
    """Say what became of a reply whose delivery is unknown: it arrived, or send it again."""
    here = scope()
    message: TicketMessage = found(queries.reply(here.session, message_id))
    outcome = Resolution.DELIVERED if way == "confirming" else Resolution.SEND_AGAIN
    try:
        settling.settle(here.session, message, outcome, by=here.user)
    except Stale as refusal:
        return too_late(here, load(message.ticket_id), str(refusal))
    return answer(here, load(message.ticket_id))


def answer(here: Scope, row: Ticket, said: str | None = None, *, tone: str = "success") -> Response:
    """The composer as it stands now, with the conversation it goes with."""
    here.session.flush()
    return changed(BOTH, to=address(row), say=said, tone=tone, **page(here, row))


def in_writing(here: Scope, row: Ticket) -> TicketMessage:
    """The reply in the composer or on its way; raises Stale when there is none any more."""
    written = queries.in_writing(here.session, row)
    if written is None:
        message = "This reply was sent or discarded meanwhile."
        raise Stale(message)
    return written


def save(here: Scope, row: Ticket, form: ReplyForm, recipients: Recipients | None) -> TicketMessage:
    """Begin or revise the reply; of a conflict the person chose a side. Raises Stale."""
    leaving.choose_mailbox(here, row, form.mailbox.data)
    written = queries.in_writing(here.session, row)
    based_on = (form.seen_version if form.take.data else form.version).data or ""
    reply_id, _, version = based_on.partition(":")
    if written is None and not based_on:
        return replying.begin(
            here.session, row, body=form.text, by=here.user, recipients=recipients
        )
    if written is None:
        message = "This reply was sent or discarded meanwhile."
        raise Stale(message)
    if reply_id != written.id or not version.isdecimal():
        message = f"{written.author_name} has begun a reply meanwhile."
        raise Stale(message)
    if written.body_text == form.text:  # two who say the same do not differ
        version = str(written.version)
    if form.take.data == "theirs":
        revising.set_aside(here.session, written, body=form.text, by=here.user)
        return written
    return replying.revise(
        here.session,
        written,
        body=form.text,
        version=int(version),
        by=here.user,
        recipients=recipients,
    )


def _timed(here: Scope, row: Ticket, form: ReplyForm, written: TicketMessage) -> TicketMessage:
    """The reply, with what the browser measured of the work on it."""
    report, since = form.active.data, row.created_at
    timing.note(here.session, written.id, report=report, since=since, by=here.user)
    return written


def _has_left(here: Scope, row: Ticket, form: ReplyForm) -> bool:
    """A second click on Send: this very reply is on its way already, or gone."""
    reply_id = (form.version.data or "").partition(":")[0]
    written = queries.in_writing(here.session, row)
    if reply_id and (written is None or written.id != reply_id):
        written = queries.reply(here.session, reply_id)
    if written is None or written.delivery_state not in _GONE:
        return False
    is_known = written.id == reply_id or (not reply_id and written.author_id == here.user.id)
    return is_known and written.ticket_id == row.id and written.body_text == form.text


def refuse(
    here: Scope,
    row: Ticket,
    form: ReplyForm,
    reason: str,
    *,
    news: Sequence[str] = (),
    asks: Sequence[Exposure] = (),
    must_check: bool = False,
) -> Response:
    """Not saved or not sent, with the typed text and the reason; what is new or asked is shown.

    `must_check` shows the evidence of what was typed.
    """
    here.session.rollback()
    context = page(here, load(row.id))
    context["composer"] = composer.refused(
        context["composer"],
        text=form.text,
        version=form.version.data or "",
        reason=reason,
        typed=form.people,
        news=news,
        asks=asks,
        must_check=must_check,
    )
    if must_check:
        context["panel"] = vouching.panel(here, row, text=form.text)
    return invalid(PAGE, BOTH, **context)


def _unanswered(here: Scope, row: Ticket, reason: str) -> Response:
    """Nothing was done, and the composer says what is missing."""
    context = page(here, row)
    context["composer"] = composer.noticed(context["composer"], reason)
    return invalid(PAGE, BOTH, **context)


def too_late(here: Scope, row: Ticket, reason: str) -> Response:
    """Somebody or the worker was faster: the composer as it stands now says so."""
    here.session.rollback()
    context = page(here, load(row.id))
    context["composer"] = composer.noticed(context["composer"], reason)
    return conflict(PAGE, BOTH, **context)


def conflicting(here: Scope, row: Ticket, form: ReplyForm, reason: str) -> Response:
    """Both texts, so that nothing is lost; without htmx the whole page with both on it."""
    here.session.rollback()
    row = load(row.id)
    written = queries.in_writing(here.session, row)
    both = conflicts.both_texts(here, written, form.text)
    both |= {"reason": reason, "save_url": f"{address(row)}/reply"}
    return conflict("inbox/conflict.html", "inbox/_conflict.html", ticket=row, **both)


def first_error(form: ReplyForm | DiscardForm) -> str:
    errors = [message for messages in form.errors.values() for message in messages]
    return str(errors[0]) if errors else "Reload the page and try again."
