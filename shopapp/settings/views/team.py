"""Team: who can open this store, what they may do, and who is invited."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.account import actions
from shopapp.account.actions import factors, invitations
from shopapp.accounts import queries
from shopapp.accounts.models import Invitation, Membership, Role
from shopapp.connections import mailboxes
from shopapp.connectors.errors import Misconfigured
from shopapp.refusals import Invalid, Refused
from shopapp.settings.views import settings
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import changed, conflict, found, invalid, show
from shopapp.web.limits import limiter

PAGE, PART = "settings/team.html", "settings/_team.html"
INVITATIONS = "20 per hour"
GONE = "That invitation was accepted or taken back meanwhile."


@settings.get("/team")
@allow(Role.ADMIN)
def team() -> Response:
    """Members and invitations."""
    return show(PAGE, PART, **_context(scope()))


@settings.post("/team/roles")
@allow(Role.ADMIN)
def role_change() -> Response:
    """Give a member another role; one's own only after a second question."""
    here, role = scope(), _role()
    member = _member(here)
    if member.role.value != request.form.get("was"):
        overtaken = f"{_name(member)} is {member.role} by now: somebody changed it meanwhile."
        return conflict(PAGE, PART, **_context(here, refusal=overtaken))
    if role is None:
        return invalid(PAGE, PART, **_context(here, refusal="Choose a role."))
    if member.user_id == here.user.id and role is not member.role and not _is_sure():
        return invalid(PAGE, PART, **_context(here, asking=role))
    try:
        actions.change_role(here.session, member, role=role, by=here.user)
    except Refused as refusal:
        return conflict(PAGE, PART, **_context(here, refusal=str(refusal)))
    return _changed(here, f"{_name(member)} is {role} now", member)


@settings.post("/team/removals")
@allow(Role.ADMIN)
def member_removal() -> Response:
    """Let a member go; leaving oneself asks again."""
    here = scope()
    member = _member(here)
    if member.user_id == here.user.id and not _is_sure():
        return invalid(PAGE, PART, **_context(here, asking="leave"))
    try:
        actions.remove_member(here.session, member, by=here.user)
    except Refused as refusal:
        return conflict(PAGE, PART, **_context(here, refusal=str(refusal)))
    return _changed(here, f"{_name(member)} is no longer a member", member)


@settings.post("/team/invitations")
@allow(Role.ADMIN)
@limiter.limit(INVITATIONS, key_func=lambda: scope().store.id, methods=["POST"])
def invitation_creation() -> Response:
    """Offer a role to an address, by mail."""
    here, role = scope(), _role()
    email = request.form.get("email", "")[:300]
    try:
        if role is None:
            message = "Choose a role."
            raise Invalid(message, "role")
        row, token = invitations.invite(
            here.session, email=email, role=role, by=here.user, config=here.config
        )
    except Invalid as refusal:
        typed = {"email": email, "role": role or Role.AGENT, "error": str(refusal)}
        return invalid(PAGE, PART, **_context(here, typed=typed))
    return _invited(here, row, token, f"{row.email} is invited")


@settings.post("/team/invitations/resendings")
@allow(Role.ADMIN)
@limiter.limit(INVITATIONS, key_func=lambda: scope().store.id, methods=["POST"])
def invitation_resending() -> Response:
    """The mail again, with a new link."""
    here = scope()
    row = _invitation(here)
    if row is None:
        return conflict(PAGE, PART, **_context(here, refusal=GONE))
    token = invitations.send_again(here.session, row, by=here.user, config=here.config)
    return _invited(here, row, token, f"A new link is on its way to {row.email}")


@settings.post("/team/invitations/links")
@allow(Role.ADMIN)
def invitation_link() -> Response:
    """A new link to hand over where no mail server is connected; shown once."""
    here = scope()
    row = _invitation(here)
    if row is None or not _is_local(here):
        return conflict(PAGE, PART, **_context(here, refusal=GONE if row is None else ""))
    token = invitations.link(here.session, row, by=here.user)
    return _invited(here, row, token, f"A new link for {row.email}")


@settings.post("/team/invitations/removals")
@allow(Role.ADMIN)
def invitation_removal() -> Response:
    """Take an invitation back."""
    here = scope()
    row = _invitation(here)
    if row is None:
        return conflict(PAGE, PART, **_context(here, refusal=GONE))
    invitations.take_back(here.session, row, by=here.user)
    here.session.flush()
    return changed(
        PART, to=url_for("settings.team"), say=f"{row.email} is not invited", **_context(here)
    )


def _changed(here: Scope, say: str, member: Membership) -> Response:
    """Who took the role from themselves has no team page to go back to."""
    here.session.flush()
    is_out = member.user_id == here.user.id
    to = "/" if is_out else url_for("settings.team")
    return changed(PART, to=to, say=say, **_context(here))


def _invited(here: Scope, row: Invitation, token: str, say: str) -> Response:
    """Where mail reaches nobody the link is shown, this once, instead of a redirect."""
    here.session.flush()
    if not _is_local(here):
        return changed(PART, to=url_for("settings.team"), say=say, **_context(here))
    link = f"{here.config.base_url}/invitations/{token}"
    return show(PAGE, PART, **_context(here, link=(row.email, link)))


def _context(
    here: Scope,
    *,
    refusal: str = "",
    asking: str = "",
    link: tuple[str, str] | None = None,
    typed: dict[str, Any] | None = None,
) -> dict[str, Any]:
    return {
        "members": queries.members(here.session, here.store.id),
        "invited": queries.invitations(here.session, here.store.id),
        "is_local": _is_local(here),
        "with_factor": factors.is_on,
        "is_over": invitations.is_over,
        "refusal": refusal,
        "asking": asking,
        "link": link,
        "typed": typed or {"email": "", "role": Role.AGENT, "error": ""},
    }


def _is_local(here: Scope) -> bool:
    """Whether mail is written to the outbox folder, where nobody reads it."""
    try:
        route = mailboxes.route(here.session, config=here.config, settings=here.settings)
    except Misconfigured:
        return False
    return route.origin is mailboxes.Origin.OUTBOX


def _member(here: Scope) -> Membership:
    user_id = request.form.get("member", "")[:64]
    member: Membership = found(queries.membership(here.session, here.store.id, user_id))
    return member


def _invitation(here: Scope) -> Invitation | None:
    invitation_id = request.form.get("invitation", "")[:64]
    return queries.invitation(here.session, here.store.id, invitation_id)


def _role() -> Role | None:
    try:
        return Role(request.form.get("role", ""))
    except ValueError:
        return None


def _is_sure() -> bool:
    return request.form.get("sure") == "1"


def _name(member: Membership) -> str:
    return member.user.name or member.user.email
