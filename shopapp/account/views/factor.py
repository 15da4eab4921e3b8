"""Setting the second factor up, and its recovery codes, which are shown once."""

from __future__ import annotations

from flask import Response as FlaskResponse
from flask import request, url_for
from flask import session as cookie
from werkzeug.wrappers import Response

from shopapp.account import qr
from shopapp.account.actions import factors
from shopapp.account.forms import CodeForm
from shopapp.account.views import account
from shopapp.account.views.asking import authenticator, me, own_email
from shopapp.db import current_session
from shopapp.refusals import Invalid, NotAllowed
from shopapp.web.access import allow
from shopapp.web.htmx import moved, show
from shopapp.web.limits import throttled

_SECRET = "second_factor"  # noqa: S105  # the cookie's name for a secret that is sealed
MOST_CODES = 20


def _wait(seconds: int) -> Response:
    return _setup(429, wait=seconds)


@account.get("/account/second-factor")
@allow(fresh=True)
def second_factor() -> Response:
    """The QR code, the same secret to type, and the question for a first code."""
    if factors.is_on(me()):
        return moved(url_for("account.profile"))
    return _setup()


@account.post("/account/second-factor")
@allow(fresh=True)
@throttled(own_email, _wait)
def second_factor_on() -> Response:
    """Recovery codes once the first code is right."""
    sealed, form = str(cookie.get(_SECRET, "")), CodeForm(request.form)
    if not sealed:
        return moved(url_for("account.second_factor"))
    try:
        codes = factors.switch_on(
            current_session(),
            me(),
            sealed=sealed,
            code=form.code.data or "",
            authenticator=authenticator(),
        )
    except Invalid as refusal:
        return _setup(422, error=str(refusal))
    except NotAllowed as refusal:
        return moved(url_for("account.profile"), say=str(refusal), tone="info")
    cookie.pop(_SECRET)
    return _shown(codes, is_new=True)


@account.post("/account/second-factor/removal")
@allow(fresh=True)
def second_factor_off() -> Response:
    """The password alone again."""
    factors.switch_off(current_session(), me())
    return moved(url_for("account.profile"), say="Second factor switched off")


@account.post("/account/recovery-codes")
@allow(fresh=True)
def recovery_codes() -> Response:
    """New codes; the old ones are dead."""
    codes = factors.renew_codes(current_session(), me(), authenticator=authenticator())
    return _shown(codes, is_new=False)


@account.post("/account/recovery-codes/file")
@allow(fresh=True)
def recovery_codes_file() -> Response:
    """The codes the page has just shown, as a file; what is none of them is refused."""
    codes = request.form.getlist("code")[:MOST_CODES]
    if not factors.are_theirs(current_session(), me(), codes, by=authenticator()):
        return moved(url_for("account.profile"), say="Those codes are dead", tone="caution")
    text = f"Recovery codes of {me().email} for shopapp. Each works once.\r\n\r\n"
    response = FlaskResponse(text + "\r\n".join(codes) + "\r\n", mimetype="text/plain")
    response.headers.set("Content-Disposition", "attachment", filename="shopapp-recovery-codes.txt")
    return response


def _setup(status: int = 200, *, error: str = "", wait: int = 0) -> Response:
    made = authenticator()
    sealed = cookie.setdefault(_SECRET, made.new_secret())
    setup = made.setup(str(sealed), me().email)
    return show(
        "account/second_factor.html",
        status=status,
        error=error,
        wait=wait,
        typed=setup.typed,
        picture=qr.picture(setup.uri),
        to=setup.uri,
    )


def _shown(codes: list[str], *, is_new: bool) -> Response:
    return show("account/codes.html", codes=codes, is_new=is_new)
