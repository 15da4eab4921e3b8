"""Facts and sources to put into the reply: listed, found by words, and put in with one press."""

from __future__ import annotations

from dataclasses import dataclass, replace

from flask import request
from werkzeug.wrappers import Response

from shopapp.drafts.actions import sourcing
from shopapp.drafts.grounding import Packet, Passage, PassageKind
from shopapp.drafts.insertable import Insertable, facts_of, paragraphs_of
from shopapp.drafts.models import AiDraft
from shopapp.drafts.reading.words import language
from shopapp.inbox.forms import ReplyForm
from shopapp.inbox.models import Ticket, TicketMessage
from shopapp.inbox.queries import inserts as queries
from shopapp.inbox.queries import packets, replies
from shopapp.inbox.views import composer, inbox
from shopapp.inbox.views.macros_in_reply import begin_where_it_stands
from shopapp.inbox.views.replies import WRITERS, answer, conflicting, first_error, refuse, save
from shopapp.inbox.views.tickets import address, load
from shopapp.mail.queries import default_mailbox
from shopapp.refusals import Stale
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import found, is_partial, show

LONGEST = 200
KINDS = {
    PassageKind.POLICY: "Policy",
    PassageKind.ARTICLE: "Article",
    PassageKind.MACRO: "Macro",
}


@dataclass(frozen=True, slots=True)
class Offer:
    """What may be put into one reply: who it is for, in which language, and the draft behind it."""

    packet: Packet
    language: str
    draft: AiDraft | None
    written: TicketMessage | None


@inbox.get("/tickets/<ticket_id>/reply/inserts")
@allow(*WRITERS)
def reply_inserts(ticket_id: str) -> Response:
    """The facts of the packet, and the sources that hold the words asked for."""
    here, row, words = scope(), load(ticket_id), request.args.get("q", "")[:LONGEST]
    offer = _offer(here, row)
    used = [str(source["id"]) for source in offer.draft.sources] if offer.draft else []
    listed = queries.passages(here.session, words, used)
    return show(
        "inbox/reply_inserts.html",
        "inbox/_reply_inserts.html",
        ticket=row,
        base=address(row),
        words=words,
        facts=_matching(facts_of(offer.packet, offer.language), words),
        sources=[(KINDS[each.kind], each.title, _paragraphs(each, offer)) for each in listed],
        version=composer.version_of(offer.written),
        in_composer=is_partial(),
    )


@inbox.post("/tickets/<ticket_id>/reply/inserts")
@allow(*WRITERS)
def reply_insertion(ticket_id: str) -> Response:
    """Put it where the cursor was, or at the end, and save; a source becomes one of the draft's."""
    here, row, form = scope(), load(ticket_id), ReplyForm()
    if not form.validate():
        return refuse(here, row, form, first_error(form))
    offer = _offer(here, row)
    source, chosen = found(_wanted(here, offer, request.form.get("insert", "")))
    begin_where_it_stands(here, row, form)
    form.body.data = _put(form.text, chosen.text, request.form.get("at", ""), source is not None)
    try:
        written = save(here, row, form, form.readable_recipients())
    except Stale as refusal:
        return conflicting(here, row, form, str(refusal))
    draft = replies.draft_behind(here.session, written)
    if source is not None and draft is not None:
        sourcing.add_source(here.session, draft, source, excerpt=chosen.text)
    return answer(here, row, f"{chosen.label} inserted")


def _offer(here: Scope, row: Ticket) -> Offer:
    voice = packets.Voice(here.store, here.settings, row.mailbox or default_mailbox(here.session))
    facts = packets.facts(here.session, row, voice)
    brand = replace(facts.brand, agent_name=here.user.name or here.user.email)
    written = replies.in_writing(here.session, row)
    draft = replies.draft_behind(here.session, written) if written else None
    return Offer(
        replace(facts, brand=brand),
        _language(here, row, written, draft),
        draft,
        written,
    )


def _language(
    here: Scope, row: Ticket, written: TicketMessage | None, draft: AiDraft | None
) -> str:
    """What the reply is written in; before there is one, what the customer wrote in."""
    if draft is not None and draft.language:
        return draft.language
    asked = None if written else replies.question(here.session, row)
    text = written.body_text if written else asked.visible_text if asked else ""
    return language(text)


def _wanted(here: Scope, offer: Offer, key: str) -> tuple[Passage | None, Insertable] | None:
    kind, _, rest = key.partition(":")
    if kind == "fact":
        listed, source = facts_of(offer.packet, offer.language), None
    else:
        source = queries.passage(here.session, kind, rest.partition(":")[0])
        listed = _paragraphs(source, offer) if source else []
    chosen = next((each for each in listed if each.key == key), None)
    return (source, chosen) if chosen else None


def _paragraphs(passage: Passage, offer: Offer) -> list[Insertable]:
    return paragraphs_of(passage, offer.packet, offer.language)


def _matching(facts: list[Insertable], words: str) -> list[Insertable]:
    wanted = words.lower().split()
    return [
        each
        for each in facts
        if all(word in f"{each.label} {each.text}".lower() for word in wanted)
    ]


def _put(text: str, inserted: str, at: str, is_paragraph: bool) -> str:
    """`inserted` in `text` at a place: a paragraph between empty lines, a fact between spaces."""
    place = int(at) if at.isdecimal() and len(at) < 7 else len(text)
    gap = "\n\n" if is_paragraph else " "
    before, after = text[:place], text[place:]
    if is_paragraph or not before[-1:].isspace():
        before = before.rstrip() + gap * bool(before.strip())
    if is_paragraph or (after and (after[0].isalnum())):
        after = gap * bool(after.strip()) + after.lstrip()
    return before + inserted + after
