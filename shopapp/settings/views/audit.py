"""Audit log: who did what, newest first."""

from __future__ import annotations

from typing import Any

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.audit.models import AuditEvent
from shopapp.audit.queries import log
from shopapp.settings import wording
from shopapp.settings.views import settings
from shopapp.web.access import allow, scope
from shopapp.web.htmx import show
from shopapp.web.paging import keyset


@settings.get("/audit")
@allow(Role.ADMIN)
def audit() -> Response:
    """One page of the log, of one person or one action if asked for."""
    chosen = {name: request.args.get(name, "")[:64] for name in ("actor", "action")}
    page = keyset(
        scope().session,
        log(actor_id=chosen["actor"], action=chosen["action"]),
        by=(AuditEvent.created_at, AuditEvent.id),
        key=lambda event: (event.created_at, event.id),
        cursor=request.args.get("at"),
    )
    lines = [wording.line(event) for event in page.rows]
    return show(
        "settings/audit.html",
        "settings/_audit.html",
        lines=lines,
        actor=next((each.actor for each in lines), "one person") if chosen["actor"] else "",
        action=wording.what(chosen["action"]) if chosen["action"] else "",
        newer=_url(chosen, page.newer),
        older=_url(chosen, page.older),
    )


def _url(chosen: dict[str, str], cursor: str | None) -> str | None:
    kept: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    return url_for("settings.audit", **kept, at=cursor) if cursor else None
