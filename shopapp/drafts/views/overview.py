"""The first page: how many drafts there were and what people made of them."""

from __future__ import annotations

from werkzeug.wrappers import Response

from shopapp.drafts.queries import fates
from shopapp.drafts.views import drafts
from shopapp.web.access import EVERYONE, allow, scope
from shopapp.web.htmx import show


@drafts.get("")
@allow(*EVERYONE)
def overview() -> Response:
    """The drafts of the store by what became of them."""
    return show("drafts/overview.html", classes=fates.by_class(scope().session))
