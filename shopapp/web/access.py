"""Who may see a view: every route carries a mark, and a store's session is bound at the edge."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask, abort, current_app, g, request
from werkzeug.routing import BaseConverter
from werkzeug.wrappers import Response

from shopapp.accounts import queries
from shopapp.accounts.models import Role, User
from shopapp.config import Config
from shopapp.crypto.instance import InstanceKeys
from shopapp.db import Session, current_session
from shopapp.stores.actions import RESERVED
from shopapp.stores.models import Store, StoreSettings
from shopapp.tenancy import bind
from shopapp.web import htmx, sessions, waiting

EVERYONE = (Role.ADMIN, Role.AGENT, Role.STAFF)
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Mark:
    """What a view asks for: nothing, a signed-in person, or a member with one of `roles`.

    `fresh` asks for the password again when it was given more than 15 minutes ago.
    """

    is_public: bool = False
    roles: frozenset[Role] = frozenset()
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Scope:
    """The person, the store, the role and the bound session of this request."""

    session: Session
    user: User
    store: Store
    role: Role

    @property
    def settings(self) -> StoreSettings:
        """The store's settings, read once a request."""
        if "settings" not in g:
            g.settings = waiting.settings(self.session)
        row: StoreSettings = g.settings
        return row

    def can(self, *roles: str) -> bool:
        """Whether the person's role is one of `roles`."""
        return self.role.value in roles

    @property
    def config(self) -> Config:
        """The installation's configuration."""
        config: Config = current_app.config["SHOPAPP"]
        return config

    @property
    def keys(self) -> InstanceKeys:
        """The installation's keys."""
        keys: InstanceKeys = current_app.extensions["shopapp_keys"]
        return keys


PUBLIC = Mark(is_public=True)
SIGNED_IN = Mark()
FOREIGN: dict[str, Mark] = {}  # endpoints of extensions, by name; there are none


class Handle(BaseConverter):
    """The first part of an address that is a store's, not a page of everybody's."""

    regex = rf"(?!(?:{'|'.join(map(re.escape, sorted(RESERVED)))})$)[^/]+"
    part_isolating = True


def public(view: View) -> View:
    """Mark a view that anybody may see."""
    return _marked(view, PUBLIC)


def signed_in(view: View) -> View:
    """Mark a view for any signed-in person, outside of a store."""
    return _marked(view, SIGNED_IN)


def allow(*roles: Role, fresh: bool = False) -> Callable[[View], View]:
    """Mark a view for members of the store in the URL whose role is one of `roles`."""
    return lambda view: _marked(view, Mark(roles=frozenset(roles), fresh=fresh))


def scope() -> Scope:
    """The scope of this request; only views marked with `@allow` have one."""
    here: Scope = g.scope
    return here


def current_scope() -> Scope | None:
    """The scope, or None on pages outside of a store."""
    here: Scope | None = g.get("scope")
    return here


def mark_of(app: Flask, endpoint: str) -> Mark | None:
    """The mark of an endpoint, ours or foreign."""
    mark: Mark | None = getattr(app.view_functions.get(endpoint), "shopapp_mark", None)
    return mark or FOREIGN.get(endpoint)


def is_open() -> bool:
    """Whether this request may be answered without a signed-in person."""
    mark = mark_of(current_app, request.endpoint or "")
    return mark is None or mark.is_public


def install(app: Flask) -> None:
    """Check every request at the edge."""
    app.url_map.converters["handle"] = Handle
    app.url_value_preprocessor(_take_handle)
    app.url_defaults(_put_handle)
    app.before_request(_admit)


def refuse_unmarked(app: Flask) -> None:
    """Stop the start when a view has no mark; raises RuntimeError naming the endpoints."""
    unmarked = sorted(
        rule.endpoint for rule in app.url_map.iter_rules() if mark_of(app, rule.endpoint) is None
    )
    if unmarked:
        message = f"views without @allow, @signed_in or @public: {', '.join(unmarked)}"
        raise RuntimeError(message)


def _marked(view: View, mark: Mark) -> View:
    view.shopapp_mark = mark  # type: ignore[attr-defined]
    return view


def _take_handle(_endpoint: str | None, values: dict[str, Any] | None) -> None:
    g.handle = values.pop("handle", None) if values else None


def _put_handle(endpoint: str, values: dict[str, Any]) -> None:
    handle = g.get("handle")
    if (
        handle
        and "handle" not in values
        and current_app.url_map.is_endpoint_expecting(endpoint, "handle")
    ):
        values["handle"] = handle


def _admit() -> Response | None:
    if request.endpoint is None:
        return None
    mark = mark_of(current_app, request.endpoint)
    if mark is None:
        abort(403)
    if mark.is_public:
        return None
    person = sessions.person()
    if person is None:
        return htmx.to_sign_in()
    if request.is_json:
        abort(415, "A form is expected here, not JSON.")
    if mark.roles:
        _enter(person, mark)
    if mark.fresh and not sessions.is_fresh():
        return htmx.to_verification()
    return None


def _enter(person: User, mark: Mark) -> None:
    here = current_session()
    membership = queries.entry(here, person.id, g.handle or "")
    if membership is None:
        abort(404)
    bind(here, membership.store_id)
    g.scope = Scope(here, person, membership.store, membership.role)
    if membership.role not in mark.roles:
        abort(403)
