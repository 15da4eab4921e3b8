"""create_app(): all wiring on one screen."""

from __future__ import annotations

from flask import Flask
from flask_compress import Compress
from flask_migrate import Migrate
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from shopapp import (
    account,
    drafts,
    home,
    hooks,
    imports,
    inbox,
    logs,
    ops,
    orders,
    purchasing,
    seo,
    settings,
)
from shopapp import config as configuration
from shopapp.accounts import security
from shopapp.crypto import instance
from shopapp.db import db, engine_options, lay_down_rules, normalised
from shopapp.web import (
    access,
    assets,
    commit,
    errors,
    headers,
    limits,
    measuring,
    parts,
    routing,
    templating,
    timing,
)

ROOT = configuration.ROOT
AREAS = (home, inbox, drafts, purchasing, orders, seo, settings, hooks, imports, ops, account)


def create_app(config: configuration.Config | None = None, *, fast_hashing: bool = False) -> Flask:
    """The whole application; raises ConfigError, InstanceError or KeyringError in one sentence."""
    config = config or configuration.from_environment()
    keys = instance.load(config)
    logs.configure(config.log_format)
    app = Flask(
        __name__,
        template_folder=str(ROOT / "templates"),
        static_folder=None,
        instance_path=str(config.instance),
    )
    app.url_rule_class = routing.Rule
    app.config.from_mapping(
        SHOPAPP=config,
        SQLALCHEMY_DATABASE_URI=normalised(config.sqlalchemy_url),
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(config.sqlalchemy_url, config),
        MAX_CONTENT_LENGTH=30 * 1024 * 1024,
        MAX_FORM_MEMORY_SIZE=2 * 1024 * 1024,  # the longest reply in any script, percent-encoded
        COMPRESS_MIMETYPES=["text/html"],
        **security.settings(config, keys, fast_hashing=fast_hashing),
    )
    app.extensions["shopapp_keys"] = keys
    _database(app)
    _edge(app, config)
    _areas(app)
    return app


def _database(app: Flask) -> None:
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    with app.app_context():
        lay_down_rules(db.engine)


def _edge(app: Flask, config: configuration.Config) -> None:
    if config.trusted_proxies:
        hops = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, 0, 0)  # type: ignore[method-assign]
    Compress(app)  # what is installed first has the last word on an answer
    timing.install(app)
    measuring.install(app)
    headers.install(app)
    commit.install(app)
    CSRFProtect(app)
    security.install(app)
    access.install(app)
    limits.install(app)
    errors.install(app)
    assets.install(app)
    if config.development:
        app.register_blueprint(parts.dev)


def _areas(app: Flask) -> None:
    for area in AREAS:
        for blueprint in area.blueprints():
            app.register_blueprint(blueprint)
    app.extensions["csrf"].exempt(app.blueprints[hooks.POSTED])  # providers sign instead
    places = [place for area in AREAS for place in area.NAV]
    pages = [page for area in AREAS for page in area.SETTINGS]
    templating.install(app, tuple(places), tuple(pages))
    access.refuse_unmarked(app)
