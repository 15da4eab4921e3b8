"""The mail of an approved order: drafted here, edited and approved in the drafts' editor."""

from __future__ import annotations

from flask import url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.purchasing.actions import mailing
from shopapp.purchasing.forms import Read
from shopapp.purchasing.views import editor, purchasing
from shopapp.refusals import Invalid
from shopapp.web.access import allow, scope
from shopapp.web.htmx import invalid, moved


@purchasing.post("/orders/<order_id>/mails")
@allow(Role.ADMIN, Role.AGENT)
def order_mails(order_id: str) -> Response:
    """Draft the mail to the vendor."""
    here, row = scope(), editor.load(order_id)
    try:
        draft = mailing.draft_mail(here.session, row, by=here.user)
    except Invalid as refusal:
        read = Read(errors={"find": str(refusal)}, version=row.version)
        return invalid(editor.PAGE, editor.PART, **editor.page(here, row, read))
    return moved(url_for("drafts.editor", draft_id=draft.id))
