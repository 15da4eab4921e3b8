"""How tickets are handled: who gets them, what becomes of spam, surveys; and the tags."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts import queries as people
from shopapp.accounts.models import Role
from shopapp.inbox import desk_forms
from shopapp.inbox.actions import arranging, greeting, handing_out, surveying
from shopapp.inbox.models import Tag
from shopapp.inbox.queries import desk, work
from shopapp.inbox.views import desk as pages
from shopapp.refusals import Invalid
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, found, invalid, show

PAGE, PART = "inbox/handling.html", "inbox/_handling.html"
TAGS, TAGS_PART = "inbox/tags.html", "inbox/_tags.html"


@pages.get("/handling")
@allow(Role.ADMIN)
def handling() -> Response:
    """The form."""
    here = scope()
    return show(PAGE, PART, **_context(here, _saved(here)))


@pages.post("/handling")
@allow(Role.ADMIN)
def handling_change() -> Response:
    """Save it."""
    here = scope()
    members = [each.user_id for each in people.members(here.session, here.store.id)]
    values, errors = desk_forms.handling(request.form, members)
    if errors:
        return invalid(PAGE, PART, **_context(here, values, errors))
    arranging.set_handling(here.session, **values, by=here.user)
    here.session.flush()
    context = _context(here, _saved(here))
    return changed(PART, to=url_for("desk.handling"), say="Ticket handling saved", **context)


@pages.get("/tags")
@allow(Role.ADMIN, Role.AGENT)
def tags() -> Response:
    """Every tag with its tickets."""
    return show(TAGS, TAGS_PART, **_tags(scope()))


@pages.post("/tags/<tag_id>")
@allow(Role.ADMIN, Role.AGENT)
def tag_change(tag_id: str) -> Response:
    """Rename a tag; the name of another one joins the two."""
    here = scope()
    row: Tag = found(here.session.get(Tag, tag_id))
    try:
        kept = arranging.rename_tag(
            here.session, row, name=request.form.get("name", ""), by=here.user
        )
    except Invalid as refusal:
        return invalid(TAGS, TAGS_PART, **_tags(here, str(refusal)))
    said = "Tag renamed" if kept is row else f"Joined with {kept.name}"
    here.session.flush()
    return changed(TAGS_PART, to=url_for("desk.tags"), say=said, **_tags(here))


@pages.post("/tags/<tag_id>/removal")
@allow(Role.ADMIN)
def tag_removal(tag_id: str) -> Response:
    """Take a tag off every ticket."""
    here = scope()
    arranging.delete_tag(here.session, found(here.session.get(Tag, tag_id)), by=here.user)
    here.session.flush()
    return changed(TAGS_PART, to=url_for("desk.tags"), say="Tag deleted", **_tags(here))


def _tags(here: Scope, refusal: str = "") -> dict[str, Any]:
    return {"tags": work.tags(here.session), "refusal": refusal}


def _saved(here: Scope) -> dict[str, dict[str, Any]]:
    row = desk.settings(here.session)
    return {
        "assignment": {"mode": handing_out.OFF, "people": [], "away": [], **row.assignment},
        "spam": {"mode": greeting.SUGGEST, **row.spam},
        "survey": {**surveying.DEFAULTS, **row.survey},
    }


def _context(
    here: Scope, values: dict[str, dict[str, Any]], errors: desk_forms.Errors | None = None
) -> dict[str, Any]:
    members = people.members(here.session, here.store.id)
    return {
        "values": values,
        "errors": errors or [],
        "wrong": dict(errors or []),
        "unsaved": bool(errors),
        "members": [(each.user_id, each.user.name or each.user.email) for each in members],
        "assignments": handing_out.MODES.items(),
        "screenings": greeting.MODES.items(),
    }
