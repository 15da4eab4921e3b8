"""Mail set-up: each mailbox with its sign-in, its domain and its shadow mode."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.connections import applications, consents
from shopapp.connectors.dns.shapes import Finding, Verdict
from shopapp.connectors.oauth.providers import provider, that_takes_no_password
from shopapp.connectors.oauth.shapes import NAMES
from shopapp.inbox.views import inbox
from shopapp.mail import domains, queries
from shopapp.mail.domain_models import DomainCheck
from shopapp.mail.models import Mailbox, SignIn
from shopapp.web import sessions
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import found, show

PAGE = "inbox/setup.html"
TONES = {
    Verdict.FINE: ("Fine", "success"),
    Verdict.UNKNOWN: ("Not known", "neutral"),
    Verdict.MISSING: ("Missing", "caution"),
    Verdict.WRONG: ("Wrong", "critical"),
}
_WORST = (Verdict.WRONG, Verdict.MISSING, Verdict.UNKNOWN, Verdict.FINE)


@dataclass(frozen=True, slots=True)
class Row:
    """A mailbox on the list: `delivery` and `sign_in` are badges (text, tone)."""

    mailbox: Mailbox
    delivery: tuple[str, str]
    sign_in: tuple[str, str]


@inbox.get("/setup")
@allow(Role.ADMIN)
def setup() -> Response:
    """Every mailbox of the store."""
    here = scope()
    checks = domains.checks(here.session)
    rows = [_row(one, checks.get(one.id)) for one in queries.mailboxes(here.session)]
    return show("inbox/setups.html", rows=rows, **registrations(here))


@inbox.get("/setup/<mailbox_id>")
@allow(Role.ADMIN)
def setup_mailbox(mailbox_id: str) -> Response:
    """One mailbox: sign-in, deliverability, shadow mode."""
    return show(PAGE, **page(scope(), load(mailbox_id)))


def load(mailbox_id: str) -> Mailbox:
    """The mailbox, or 404."""
    row: Mailbox = found(queries.mailbox(scope().session, mailbox_id))
    return row


def address(row: Mailbox) -> str:
    """The mailbox's page."""
    return url_for("inbox.setup_mailbox", mailbox_id=row.id)


def page(here: Scope, row: Mailbox) -> dict[str, Any]:
    """What the page of a mailbox needs."""
    return {**sign_in(here, row), **domain(here, row), "is_fresh": sessions.is_fresh()}


def sign_in(here: Scope, row: Mailbox, refusal: str = "") -> dict[str, Any]:
    """What the card about signing in needs."""
    known = {name: applications.is_known(here.session, name, config=here.config) for name in NAMES}
    own = that_takes_no_password(row.address)
    return {
        "mailbox": row,
        "refusal": refusal,
        "badge": _sign_in(row),
        "is_consented": row.sign_in is not SignIn.PASSWORD,
        "is_kept": consents.consented(here.session, row.id),
        "offers": [(name, provider(name).title, known[name]) for name in NAMES],
        "needs": own.title if own else "",
    }


def domain(here: Scope, row: Mailbox, refusal: str = "", typed: str = "") -> dict[str, Any]:
    """What the card about the domain needs."""
    check = domains.check_of(here.session, row.id)
    findings = domains.findings_of(check)
    return {
        "mailbox": row,
        "check": check,
        "findings": findings,
        "tones": TONES,
        "domain_refusal": refusal,
        "selector": typed or (check.selector if check else None) or "",
        "worst": TONES[worst(findings)] if findings else ("Not checked", "neutral"),
    }


def registrations(here: Scope, refusal: str = "", refused: str = "") -> dict[str, Any]:
    """What the cards about this installation at Google and Microsoft need."""
    return {
        "is_fresh": sessions.is_fresh(),
        "refusal": refusal,
        "refused": refused,
        "applications": [
            {
                "name": name,
                "title": provider(name).title,
                "client_id": applications.own_client_id(here.session, name),
                "is_known": applications.is_known(here.session, name, config=here.config),
                "callback": f"{here.config.base_url}/connect/{name}/callback",
            }
            for name in NAMES
        ],
    }


def worst(findings: Sequence[Finding]) -> Verdict:
    """The worst verdict of a check."""
    verdicts = {one.verdict for one in findings}
    return next(each for each in _WORST if each in verdicts)


def _row(mailbox: Mailbox, check: DomainCheck | None) -> Row:
    findings = domains.findings_of(check)
    verdict = TONES[worst(findings)] if findings else ("Not checked", "neutral")
    return Row(mailbox, verdict, _sign_in(mailbox))


def _sign_in(row: Mailbox) -> tuple[str, str]:
    if row.last_error:
        return ("Failing", "critical")
    if row.sign_in is SignIn.PASSWORD:
        return ("Password" if row.imap else "No server yet", "neutral")
    return (f"Connected with {row.sign_in.value.capitalize()}", "success")
