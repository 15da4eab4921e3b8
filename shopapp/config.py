"""Every environment variable, typed, with its default and its doc line; the only reader of them."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.0.0.1", "localhost", "::1")


class ConfigError(Exception):
    """A variable is malformed or missing; the message is one sentence that says what to do."""


def _variable(name: str, default: Any, doc: str, *, secret: bool = False) -> Any:
    return field(
        default=default, metadata={"name": name, "doc": doc, "secret": secret}, repr=not secret
    )


@dataclass(frozen=True, kw_only=True)
class Config:
    """One field a variable; the field's type says how its text is read."""

    host: str = _variable("HOST", "127.0.0.1", "Address the server listens on.")
    port: int = _variable("PORT", 8000, "Port the server listens on.")
    public_url: str = _variable(
        "PUBLIC_URL",
        "",
        "Where people reach shopapp; builds every link. Default: http://HOST:PORT.",
    )
    trusted_proxies: int = _variable(
        "TRUSTED_PROXIES", 0, "How many reverse proxies in front may set X-Forwarded headers."
    )
    database_url: str = _variable(
        "DATABASE_URL",
        "",
        "sqlite:///… or postgresql://…; default: shopapp.db in the instance folder.",
        secret=True,
    )
    direct_url: str = _variable(
        "DIRECT_URL",
        "",
        "The database without a pooler and as its owner: migrations, roles, backups. "
        "Default: DATABASE_URL.",
        secret=True,
    )
    shadow_database_url: str = _variable(
        "SHADOW_DATABASE_URL",
        "",
        "An empty scratch database for db drift, emptied by it. Default: one is made and dropped "
        "beside the database, where DIRECT_URL may.",
        secret=True,
    )
    instance: Path = _variable(
        "SHOPAPP_INSTANCE",
        ROOT / "instance",
        "Folder for the SQLite file, keys, outbox and attachments.",
    )
    smtp_url: str = _variable(
        "SMTP_URL",
        "",
        "smtp://user:password@host:587 or smtps://…: platform mail, and the default for stores. "
        "Unset: mail is written to the outbox folder.",
        secret=True,
    )
    mail_from: str = _variable(
        "MAIL_FROM", "shopapp@localhost", "Sender of shopapp's own mail (sign-in, invitations)."
    )
    encryption_keys: str = _variable(
        "ENCRYPTION_KEYS",
        "",
        "id:base64,… key-encryption keys, first one current; default: keyring.json in the "
        "instance folder, made at first start.",
        secret=True,
    )
    secret_key: str = _variable(
        "SECRET_KEY",
        "",
        "Signs sessions and links; default: made at first start and kept in the instance folder.",
        secret=True,
    )
    session_hours: int = _variable("SESSION_HOURS", 12, "Hours without a request until sign-out.")
    demo_password: str = _variable(
        "SHOPAPP_DEMO_PASSWORD",
        "",
        "Password of every demo account; random and printed once when unset.",
        secret=True,
    )
    allow_demo: bool = _variable(
        "SHOPAPP_ALLOW_DEMO",
        False,
        "1 lets demo accounts sign in although HOST is not a loopback address.",
    )
    debug_headers: bool = _variable(
        "SHOPAPP_DEBUG_HEADERS", False, "1 adds X-Queries and Server-Timing to every answer."
    )
    ratelimit: bool = _variable(
        "SHOPAPP_RATELIMIT", True, "off switches rate limits off (for tests only)."
    )
    development: bool = _variable(
        "SHOPAPP_DEV", False, "1 shows the components page and reloads templates."
    )
    metrics_token: str = _variable(
        "METRICS_TOKEN",
        "",
        "Bearer token that /metrics asks for. Unset: it answers this machine alone, and nobody "
        "when PUBLIC_URL is set.",
        secret=True,
    )
    log_format: str = _variable("SHOPAPP_LOG", "text", "text or json: how log lines look.")

    @property
    def sqlalchemy_url(self) -> str:
        """DATABASE_URL, or the SQLite file of the instance folder."""
        return self.database_url or f"sqlite:///{self.instance / 'shopapp.db'}"

    @property
    def owner_url(self) -> str:
        """DIRECT_URL, or the database the app itself uses."""
        return self.direct_url or self.sqlalchemy_url

    @property
    def base_url(self) -> str:
        """PUBLIC_URL without a trailing slash, or the address the server listens on."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def is_secure(self) -> bool:
        """Whether people come over https, so that cookies must not travel otherwise."""
        return self.base_url.startswith("https://")

    @property
    def hosts(self) -> tuple[str, ...]:
        """The Host headers that are ours."""
        public = urlsplit(self.base_url).hostname or ""
        return tuple(dict.fromkeys((public, self.host, *(LOOPBACK if self.is_local else ()))))

    @property
    def is_local(self) -> bool:
        """Whether the server listens on this machine alone."""
        return self.host in LOOPBACK

    @property
    def demo_may_sign_in(self) -> bool:
        """Demo accounts work on a loopback address only, unless told otherwise."""
        return self.allow_demo or (self.is_local and not self.public_url)


def from_environment(environment: Mapping[str, str] | None = None) -> Config:
    """The configuration of this process; raises ConfigError naming the variable."""
    source = os.environ if environment is None else environment
    values = {
        spec.name: _read(spec.metadata["name"], source[spec.metadata["name"]], spec.type)
        for spec in fields(Config)
        if source.get(spec.metadata["name"], "") != ""
    }
    return _checked(Config(**values))


def _read(name: str, text: str, kind: Any) -> Any:
    try:
        return _READERS[str(kind)](text.strip())
    except ValueError:
        message = f"{name} is '{text}', but {_EXPECTED[str(kind)]}"
        raise ConfigError(message) from None


def _flag(text: str) -> bool:
    if text.lower() in ("1", "true", "on", "yes"):
        return True
    if text.lower() in ("0", "false", "off", "no"):
        return False
    raise ValueError(text)


_READERS: dict[str, Callable[[str], Any]] = {
    "str": str,
    "int": int,
    "bool": _flag,
    "Path": lambda text: Path(text).expanduser().resolve(),
}
_EXPECTED = {
    "str": "text is expected",
    "int": "a whole number is expected",
    "bool": "on or off is expected",
    "Path": "a path is expected",
}


def _checked(config: Config) -> Config:
    if not 0 <= config.port <= 65535:
        message = f"PORT is {config.port}, but a port lies between 0 and 65535"
        raise ConfigError(message)
    if config.database_url and "://" not in config.database_url:
        message = "DATABASE_URL is not a URL like sqlite:///file.db or postgresql://host/name"
        raise ConfigError(message)
    if config.public_url and not config.public_url.startswith(("http://", "https://")):
        message = f"PUBLIC_URL is '{config.public_url}', but must start with http:// or https://"
        raise ConfigError(message)
    if config.log_format not in ("text", "json"):
        message = f"SHOPAPP_LOG is '{config.log_format}', but text or json is expected"
        raise ConfigError(message)
    return config
