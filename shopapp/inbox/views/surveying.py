"""The survey's public page: a look never votes, only the button does; open to who has the link."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, request, url_for
from werkzeug.wrappers import Response

from shopapp import clock
from shopapp.db import Session, current_session
from shopapp.inbox import surveys
from shopapp.inbox.actions import surveying
from shopapp.inbox.models import CsatRating, Score
from shopapp.inbox.queries import work
from shopapp.refusals import Invalid
from shopapp.stores.models import Store
from shopapp.tenancy import bind, store_of
from shopapp.web.access import public
from shopapp.web.htmx import changed, invalid, show

survey = Blueprint("survey", __name__, url_prefix="/survey")
PAGE, PART = "inbox/survey.html", "inbox/_survey.html"
LABELS = {Score.GOOD: "Good", Score.OK: "OK", Score.BAD: "Not good"}


@survey.get("/<token>")
@public
def asking(token: str) -> Response:
    """The question, with what the link suggests or what was said before."""
    rating = _rating(token)
    if rating is None:
        return _dead_link()
    chosen = rating.score or _score(request.args.get("score", ""))
    return show(PAGE, PART, **_context(token, rating, chosen))


@survey.post("/<token>")
@public
def answer(token: str) -> Response:
    """Keep the answer; giving another one changes it."""
    rating, score = _rating(token), _score(request.form.get("score", ""))
    if rating is None:
        return _dead_link()
    comment = request.form.get("comment", "")
    try:
        if score is None:
            raise Invalid("Choose one of the three.")
        surveying.rate(current_session(), rating, score=score, comment=comment)
    except Invalid as refusal:
        context = _context(token, rating, score) | {"refusal": str(refusal), "comment": comment}
        return invalid(PAGE, PART, **context)
    context = _context(token, rating, score)
    return changed(PART, to=url_for("survey.asking", token=token), **context)


def _rating(token: str) -> CsatRating | None:
    """The survey a signed token names; None for any other token."""
    key: bytes = current_app.extensions["shopapp_keys"].thread_key
    named = surveys.read(key, token)
    if named is None:
        return None
    session = current_session()
    bind(session, named[0])
    return work.rating(session, named[1])


def _dead_link() -> Response:
    return show("inbox/survey_gone.html", status=410)


def _score(text: str) -> Score | None:
    return Score(text) if text in set(Score) else None


def _context(token: str, rating: CsatRating, chosen: Score | None) -> dict[str, Any]:
    return {
        "token": token,
        "store_name": _store(current_session()),
        "choices": LABELS.items(),
        "chosen": chosen,
        "comment": rating.comment,
        "is_over": clock.now() >= rating.expires_at,
        "is_answered": rating.rated_at is not None,
        "refusal": "",
    }


def _store(session: Session) -> str:
    return session.get_one(Store, store_of(session)).name
