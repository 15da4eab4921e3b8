"""One draft: what became of it, word by word, and what people think of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.accounts.queries import member
from shopapp.drafts import subjects
from shopapp.drafts.actions import rating as actions
from shopapp.drafts.forms import RatingForm
from shopapp.drafts.learning import edits, ratings
from shopapp.drafts.learning.history import versions
from shopapp.drafts.models import AiDraft, DraftState, DraftSubject
from shopapp.drafts.queries import revisions as queries
from shopapp.drafts.views import drafts
from shopapp.refusals import Invalid
from shopapp.web.access import EVERYONE, Scope, allow, scope
from shopapp.web.htmx import changed, found, invalid, is_partial, show

RATERS = (Role.ADMIN, Role.AGENT)
PAGE, PART, RATING = "drafts/draft.html", "drafts/_draft.html", "drafts/_rating.html"


@drafts.get("/<draft_id>")
@allow(*EVERYONE)
def draft(draft_id: str) -> Response:
    """What became of a draft: its class and measures, every change, its versions, its rating."""
    here = scope()
    return show(PAGE, PART, **_context(here, _load(here, draft_id)))


@drafts.get("/<draft_id>/rating")
@allow(*EVERYONE)
def rating(draft_id: str) -> Response:
    """What people think of a draft, to be said or changed."""
    here = scope()
    return show(PAGE, RATING, **_context(here, _load(here, draft_id)))


@drafts.post("/<draft_id>/rating")
@allow(*RATERS)
def rating_change(draft_id: str) -> Response:
    """Rate it: a thumb alone keeps what else was said; `thumb` empty takes the rating back."""
    here, row, form = scope(), _load(scope(), draft_id), RatingForm()
    try:
        if request.form.get("thumb") == "":
            actions.take_back(here.session, row, by=here.user)
        elif not form.validate():
            raise Invalid(next(str(errors[0]) for errors in form.errors.values()))
        else:
            actions.rate(here.session, row, _wanted(row, form), by=here.user)
    except Invalid as refusal:
        return invalid(PAGE, RATING, **_context(here, row, reason=str(refusal)))
    here.session.flush()
    said = None if is_partial() else "Thank you. Your rating is kept."
    return changed(RATING, to=_onward(row), say=said, **_context(here, row))


def _onward(row: AiDraft) -> str:
    """After a thumb alone where to say why; after all of it back to the work."""
    if request.form.get("thumb") and "details" not in request.form:
        return url_for(".rating", draft_id=row.id)
    return _subject_url(row) or _url(row)


def _wanted(row: AiDraft, form: RatingForm) -> ratings.Rating:
    wanted, before = form.rating(), ratings.rating_of(row.feedback)
    if "details" in request.form or before is None:
        return wanted
    kept = [word for word in before.reasons if word in ratings.REASONS[wanted.thumb]]
    return replace(before, thumb=wanted.thumb, reasons=tuple(kept))


def _load(here: Scope, draft_id: str) -> AiDraft:
    row: AiDraft = found(queries.draft(here.session, draft_id))
    return row


def _context(here: Scope, row: AiDraft, reason: str = "") -> dict[str, Any]:
    saves = queries.saves(here.session, reply_id=row.reply_id, draft_id=row.id)
    text = (
        row.final_text if row.final_text is not None else saves[-1].body if saves else row.content
    )
    return {
        "draft": row,
        "edit": edits.edit(row.content, text) if row.content else None,
        "outcome": edits.outcome(row.edit_class, (row.score or {}).get("ned")),
        "is_sent": row.state is DraftState.SENT,
        "versions": versions(saves),
        "rating": ratings.rating_of(row.feedback),
        "rater": _rater(here, row),
        "rated_at": (row.feedback or {}).get("at"),
        "reasons": ratings.REASONS,
        "aspects": ratings.ASPECTS,
        "grades": ratings.GRADES,
        "may_rate": here.role in RATERS,
        "subject": "Ticket" if row.subject_type is DraftSubject.TICKET else "Text",
        "subject_url": _subject_url(row),
        "reason": reason,
    }


def _rater(here: Scope, row: AiDraft) -> str:
    user = member(here.session, here.store.id, str((row.feedback or {}).get("by", "")))
    return (user.name or user.email) if user else ""


def _url(row: AiDraft) -> str:
    return url_for(".draft", draft_id=row.id)


def _subject_url(row: AiDraft) -> str:
    """The page of what the draft was written for."""
    if row.subject_type is DraftSubject.TICKET:
        return url_for("inbox.ticket", ticket_id=row.subject_id)
    return url_for(".editor", draft_id=row.id) if subjects.desk(row) else ""
