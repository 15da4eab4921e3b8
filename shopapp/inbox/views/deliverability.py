"""Deliverability of a mailbox: its domain looked up now, and a DKIM selector to look under."""

from __future__ import annotations

import re

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.inbox.views import desk, setup
from shopapp.mail import domains
from shopapp.web.access import allow, scope
from shopapp.web.htmx import changed, invalid, show
from shopapp.web.limits import limiter

_PAGE, _PART = "inbox/domain.html", "inbox/_domain.html"
_SELECTOR = re.compile(r"(?:[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?)(?:\.[a-z0-9_-]{1,63}){0,3}")
_WRONG = "A selector is a word like s1 or google, as your sender names it."


@desk.get("/setup/<mailbox_id>/domain")
@allow(Role.ADMIN)
def domain(mailbox_id: str) -> Response:
    """What was found last."""
    here = scope()
    return show(_PAGE, **setup.domain(here, setup.load(mailbox_id)))


@desk.post("/setup/<mailbox_id>/domain")
@allow(Role.ADMIN)
@limiter.limit("10 per minute", key_func=lambda: scope().store.id)
def domain_check(mailbox_id: str) -> Response:
    """Look the domain up, with no transaction open, and keep what was found."""
    here, row = scope(), setup.load(mailbox_id)
    typed = request.form.get("selector", "").strip().lower().removesuffix("._domainkey")
    if typed and not _SELECTOR.fullmatch(typed):
        return invalid(_PAGE, _PART, **setup.domain(here, row, _WRONG, typed[:80]))
    domains.look_up(here.session, row, selector=typed, config=here.config)
    to = url_for(".domain", mailbox_id=row.id)
    return changed(_PART, to=to, say="Checked", **setup.domain(here, row))
