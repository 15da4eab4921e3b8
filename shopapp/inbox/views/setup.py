"""What a mailbox's pages in Settings share: who it is, how it signs in, what is registered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.connections import applications, consents
from shopapp.connectors.dns.shapes import Finding, Verdict
from shopapp.connectors.oauth.providers import provider, that_takes_no_password
from shopapp.connectors.oauth.shapes import NAMES
from shopapp.inbox.views import desk
from shopapp.mail import domains, queries
from shopapp.mail.models import Mailbox, SignIn
from shopapp.web import sessions
from shopapp.web.access import Scope, allow, scope
from shopapp.web.htmx import found, show

TONES = {
    Verdict.FINE: ("Fine", "success"),
    Verdict.UNKNOWN: ("Not known", "neutral"),
    Verdict.MISSING: ("Missing", "caution"),
    Verdict.WRONG: ("Wrong", "critical"),
}
_WORST = (Verdict.WRONG, Verdict.MISSING, Verdict.UNKNOWN, Verdict.FINE)


@desk.get("/setup")
@allow(Role.ADMIN)
def setup() -> Response:
    """This store's own applications at Google and Microsoft."""
    return show("inbox/setup.html", **registrations(scope()))


def load(mailbox_id: str) -> Mailbox:
    """The mailbox, or 404."""
    row: Mailbox = found(queries.mailbox(scope().session, mailbox_id))
    return row


def sign_in(here: Scope, row: Mailbox, refusal: str = "") -> dict[str, Any]:
    """What the page about signing in needs."""
    known = {name: applications.is_known(here.session, name, config=here.config) for name in NAMES}
    own = that_takes_no_password(row.address)
    return {
        "mailbox": row,
        "is_fresh": sessions.is_fresh(),
        "refusal": refusal,
        "badge": _badge(row),
        "is_consented": row.sign_in is not SignIn.PASSWORD,
        "is_kept": consents.consented(here.session, row.id),
        "offers": [(name, provider(name).title, known[name]) for name in NAMES],
        "needs": own.title if own else "",
    }


def domain(here: Scope, row: Mailbox, refusal: str = "", typed: str = "") -> dict[str, Any]:
    """What the page about the domain needs."""
    check = domains.check_of(here.session, row.id)
    findings = domains.findings_of(check)
    return {
        "mailbox": row,
        "check": check,
        "findings": findings,
        "tones": TONES,
        "domain_refusal": refusal,
        "selector": typed or (check.selector if check else None) or "",
        "worst": domain_badge(findings),
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


def domain_badge(findings: Sequence[Finding]) -> tuple[str, str]:
    """The worst of a check in a word, with its tone."""
    verdicts = {one.verdict for one in findings}
    return next((TONES[each] for each in _WORST if each in verdicts), ("Not checked", "neutral"))


def _badge(row: Mailbox) -> tuple[str, str]:
    if row.last_error:
        return ("Failing", "critical")
    if row.sign_in is SignIn.PASSWORD:
        return ("Password" if row.imap else "No server yet", "neutral")
    return (f"Connected with {row.sign_in.value.capitalize()}", "success")
