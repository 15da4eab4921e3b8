"""An order's steps: approval, sending, reopening, cancellation, deletion, a copy."""

from __future__ import annotations

from flask import request, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.purchasing import forms
from shopapp.purchasing.actions import drafting, ordering
from shopapp.purchasing.forms import Read
from shopapp.purchasing.models import PurchaseOrderStatus
from shopapp.purchasing.views import editor, purchasing
from shopapp.refusals import Invalid
from shopapp.web.access import allow, scope
from shopapp.web.htmx import invalid, moved

LONGEST = 500


@purchasing.post("/orders/<order_id>/approval")
@allow(Role.ADMIN)
def order_approval(order_id: str) -> Response:
    """Save what is typed, then approve it: one step, or none."""
    here, row = scope(), editor.load(order_id)
    version: int | None = forms.version(request.form)
    if "line" in request.form and row.status is PurchaseOrderStatus.DRAFT:
        saved = editor.save(here, row)
        if not isinstance(saved, str):
            return saved
        version = None
    try:
        ordering.approve(here.session, row, by=here.user, version=version)
    except Invalid as refusal:
        read = Read(errors={"find": str(refusal)}, version=row.version)
        return invalid(editor.PAGE, editor.PART, **editor.page(here, row, read))
    return moved(editor.address(row), say=f"Approved as {row.number}")


@purchasing.post("/orders/<order_id>/reopening")
@allow(Role.ADMIN)
def order_reopening(order_id: str) -> Response:
    """Back to draft; the number stays."""
    here, row = scope(), editor.load(order_id)
    ordering.reopen(here.session, row, by=here.user, version=forms.version(request.form))
    return moved(editor.address(row), say=f"{row.number} is a draft again")


@purchasing.post("/orders/<order_id>/sending")
@allow(Role.ADMIN, Role.AGENT)
def order_sending(order_id: str) -> Response:
    """The vendor has the order now."""
    here, row = scope(), editor.load(order_id)
    note, version = request.form.get("note", "")[:LONGEST], forms.version(request.form)
    ordering.mark_sent(here.session, row, by=here.user, note=note, version=version)
    return moved(editor.address(row), say=f"{row.number} marked as sent")


@purchasing.post("/orders/<order_id>/cancellation")
@allow(Role.ADMIN)
def order_cancellation(order_id: str) -> Response:
    """Call the order off."""
    here, row = scope(), editor.load(order_id)
    reason, version = request.form.get("reason", "")[:LONGEST], forms.version(request.form)
    try:
        ordering.cancel(here.session, row, reason=reason, by=here.user, version=version)
    except Invalid as refusal:
        read = Read(errors={"reason": str(refusal)}, version=row.version)
        return invalid(editor.PAGE, editor.PART, **editor.page(here, row, read))
    return moved(editor.address(row), say="Order cancelled")


@purchasing.post("/orders/<order_id>/deletion")
@allow(Role.ADMIN, Role.AGENT)
def order_deletion(order_id: str) -> Response:
    """Throw a draft away that never had a number."""
    here, row = scope(), editor.load(order_id)
    ordering.delete(here.session, row, by=here.user, version=forms.version(request.form))
    return moved(url_for("purchasing.orders"), say="Draft deleted")


@purchasing.post("/orders/<order_id>/copies")
@allow(Role.ADMIN, Role.AGENT)
def order_copies(order_id: str) -> Response:
    """A new draft with the same lines."""
    here, row = scope(), editor.load(order_id)
    copy = drafting.duplicate(here.session, row, by=here.user)
    return moved(editor.address(copy), say="Copied into a new draft")
