"""The sources of a ticket's draft, and what people say of each: fetched from the Draft menu."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.drafts.actions import judging as actions
from shopapp.drafts.models import AiDraft, Verdict
from shopapp.inbox.models import Ticket
from shopapp.inbox.queries import knowledge, replies
from shopapp.inbox.views import inbox
from shopapp.inbox.views.replies import WRITERS
from shopapp.inbox.views.tickets import address, load
from shopapp.refusals import Invalid
from shopapp.web.access import allow, scope
from shopapp.web.htmx import changed, found, invalid, is_partial, show

PAGE, PART = "inbox/sources.html", "inbox/_sources.html"
WORDS = {
    Verdict.USEFUL: ("Useful", "thumbs-up"),
    Verdict.NOT_USEFUL: ("Not useful", "thumbs-down"),
    Verdict.OUTDATED: ("Outdated", "clock"),
    Verdict.WRONG: ("Wrong", "ban"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A source with its page, "" for a past reply, and what this person said of it."""

    id: str
    title: str
    kind: str
    why: str
    url: str
    said: str


@inbox.get("/tickets/<ticket_id>/reply/sources")
@allow(*WRITERS)
def draft_sources(ticket_id: str) -> Response:
    """What the ticket's draft rests on."""
    ticket = load(ticket_id)
    draft = replies.newest_draft(scope().session, ticket.id)
    return show(PAGE, PART, **_page(ticket, draft))


@inbox.post("/tickets/<ticket_id>/reply/sources")
@allow(*WRITERS)
def source_verdict(ticket_id: str) -> Response:
    """Say what one of them is worth."""
    here, ticket = scope(), load(ticket_id)
    draft = found(replies.newest_draft(here.session, ticket.id))
    word, _, source_id = request.form.get("verdict", "").partition(":")
    try:
        if word not in set(Verdict):
            raise Invalid("Say whether it was useful, not useful, outdated or wrong.")
        actions.judge(here.session, draft, source_id, Verdict(word), by=here.user)
    except Invalid as refusal:
        return invalid(PAGE, PART, **_page(ticket, draft, str(refusal)))
    to = url_for("inbox.draft_sources", ticket_id=ticket.id)
    return changed(PART, to=to, say="Noted: it counts in the next drafts", **_page(ticket, draft))


def told(verdicts: dict[Verdict, int]) -> list[tuple[str, str, int]]:
    """What people said of a source, as (words, icon, how many) without what nobody said."""
    return [(*WORDS[each], verdicts[each]) for each in Verdict if verdicts.get(each)]


def _page(ticket: Ticket, draft: AiDraft | None, refusal: str = "") -> dict[str, Any]:
    here = scope()
    said: dict[str, str] = {}
    if draft is not None:
        rows = knowledge.verdicts_of(here.session, draft.id, here.user.id)
        said = {source_id: verdict.value for source_id, verdict in rows}
    return {
        "ticket": ticket,
        "base": address(ticket),
        "sources": [_shown(each, said) for each in draft.sources] if draft else [],
        "choices": [(each.value, *WORDS[each]) for each in Verdict],
        "refusal": refusal,
        "in_composer": is_partial(),
    }


def _shown(source: dict[str, Any], said: dict[str, str]) -> Shown:
    kind, key = str(source["kind"]), str(source["id"])
    return Shown(
        key,
        str(source["title"]),
        kind.replace("_", " ").capitalize(),
        str(source.get("why", "")),
        _address(kind, key),
        said.get(key, ""),
    )


def _address(kind: str, key: str) -> str:
    if kind == "macro":
        return url_for("inbox.macro", macro_id=key)
    return url_for("inbox.article", article_id=key) if kind in ("article", "policy") else ""
