"""Every environment variable, typed, with its default and its doc line; the only reader of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, fields
from math import inf
from pathlib import Path
from urllib.parse import urlsplit

from shopapp import variables
from shopapp.variables import declared as _variable

ROOT = Path(__file__).resolve().parent.parent
LOOPBACK = ("127.0.0.1", "localhost", "::1")
ConfigError = variables.ConfigError


@dataclass(frozen=True, kw_only=True)
class Config:
    """One field a variable; the field's type says how its text is read."""

    host: str = _variable("HOST", "127.0.0.1", "Address the server listens on.")
    port: int = _variable("PORT", 8000, "Port the server listens on.", within=(0, 65535))
    public_url: str = _variable(
        "PUBLIC_URL",
        "",
        "Where people reach shopapp; builds every link. Default: http://HOST:PORT.",
        form="http",
    )
    trusted_proxies: int = _variable(
        "TRUSTED_PROXIES", 0, "How many reverse proxies in front may set X-Forwarded headers."
    )
    database_url: str = _variable(
        "DATABASE_URL",
        "",
        "sqlite:///… or postgresql://…; default: shopapp.db in the instance folder.",
        secret=True,
        form="database",
    )
    direct_url: str = _variable(
        "DIRECT_URL",
        "",
        "The database without a pooler and as its owner: migrations, roles, backups. "
        "Default: DATABASE_URL.",
        secret=True,
        form="database",
    )
    shadow_database_url: str = _variable(
        "SHADOW_DATABASE_URL",
        "",
        "An empty scratch database for db drift, emptied by it. Default: one is made and dropped "
        "beside the database, where DIRECT_URL may.",
        secret=True,
        form="database",
    )
    pool_size: int = _variable(
        "DATABASE_POOL_SIZE",
        5,
        "PostgreSQL connections a process keeps open.",
        within=(1, inf),
    )
    max_overflow: int = _variable(
        "DATABASE_MAX_OVERFLOW", 5, "PostgreSQL connections a process may add for a moment."
    )
    processes: int = _variable(
        "DATABASE_PROCESSES",
        2,
        "How many web and worker processes, on all hosts together, share the database.",
        within=(1, inf),
    )
    plan_connections: int = _variable(
        "DATABASE_PLAN_CONNECTIONS",
        0,
        "How many connections the database or its plan allows; a fifth of them is left to others. "
        "0: not checked.",
    )
    instance: Path = _variable(
        "SHOPAPP_INSTANCE",
        ROOT / "instance",
        "Folder for the SQLite file, keys, outbox and attachments.",
    )
    attachments_url: str = _variable(
        "ATTACHMENTS_URL",
        "",
        "s3://bucket/prefix, with ?endpoint=https://… for other makers' servers: where attachments "
        "are kept; credentials come from AWS's own variables. Unset: in the instance folder.",
        form="bucket",
    )
    scanner_url: str = _variable(
        "SCANNER_URL",
        "",
        "Virus scanner for attachments: tcp://host:3310 or unix:///run/clamd.sock (clamd), or "
        "command:… (the file on standard input; ends with 0 clean, 1 infected). Unset: none.",
        form="scanner",
    )
    scanner_open: bool = _variable(
        "SCANNER_OPEN", False, "1 gives out attachments that the scanner could not look at."
    )
    jobs_url: str = _variable(
        "JOBS_URL",
        "",
        "redis://… or postgresql://… (a database of its own): the queue that tells the workers of "
        "several hosts about jobs. Default: they look into the database every second.",
        secret=True,
        form="queue",
    )
    ratelimit_storage_uri: str = _variable(
        "RATELIMIT_STORAGE_URI",
        "memory://",
        "redis://…: rate limits count over all processes. Default: each process counts alone.",
        secret=True,
        form="counts",
    )
    smtp_url: str = _variable(
        "SMTP_URL",
        "",
        "smtp://user:password@host:587 or smtps://…: platform mail, and the default for stores. "
        "Unset: mail is written to the outbox folder.",
        secret=True,
        form="smtp",
    )
    mail_from: str = _variable(
        "MAIL_FROM",
        "shopapp@localhost",
        "Sender of shopapp's own mail (sign-in, invitations).",
        form="address",
    )
    google_client_id: str = _variable(
        "GOOGLE_CLIENT_ID",
        "",
        "OAuth client of the whole installation at Google, for mailboxes that connect by consent.",
    )
    google_client_secret: str = _variable(
        "GOOGLE_CLIENT_SECRET", "", "The secret of GOOGLE_CLIENT_ID.", secret=True
    )
    google_oauth_url: str = _variable(
        "GOOGLE_OAUTH_URL",
        "",
        "Where Google's consent is asked for instead, with /authorize and /token below it.",
        form="http",
    )
    microsoft_client_id: str = _variable(
        "MICROSOFT_CLIENT_ID",
        "",
        "OAuth client of the whole installation at Microsoft, for mailboxes that connect by "
        "consent.",
    )
    microsoft_client_secret: str = _variable(
        "MICROSOFT_CLIENT_SECRET", "", "The secret of MICROSOFT_CLIENT_ID.", secret=True
    )
    microsoft_oauth_url: str = _variable(
        "MICROSOFT_OAUTH_URL",
        "",
        "One tenant's https://login.microsoftonline.com/TENANT/oauth2/v2.0; default: any tenant's.",
        form="http",
    )
    dns_servers: str = _variable(
        "DNS_SERVERS",
        "",
        "IP addresses of resolvers, with :port where it is not 53, that domains are looked up "
        "with. Default: the machine's own.",
        form="resolvers",
    )
    encryption_keys: str = _variable(
        "ENCRYPTION_KEYS",
        "",
        "id:base64,… key-encryption keys, first one current; default: keyring.json in the "
        "instance folder, made at first start.",
        secret=True,
        form="keys",
    )
    kms_key_id: str = _variable(
        "KMS_KEY_ID",
        "",
        "AWS KMS key (id, ARN or alias/…) that wraps data keys from now on; credentials, region "
        "and endpoint come from AWS's own variables.",
    )
    secret_key: str = _variable(
        "SECRET_KEY",
        "",
        "Signs sessions and links; default: made at first start and kept in the instance folder.",
        secret=True,
    )
    session_hours: int = _variable(
        "SESSION_HOURS", 12, "Hours without a request until sign-out.", within=(1, 24 * 365)
    )
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
    backup_to: str = _variable(
        "BACKUP_TO",
        "",
        "Folder or s3://bucket/prefix that backups go to. Unset: none are made by themselves.",
    )
    backup_recipient: str = _variable(
        "BACKUP_RECIPIENT",
        "",
        "age1… public key that backups are encrypted to; `shopapp backup keygen` makes a pair. "
        "Needed for s3://.",
        form="age",
    )
    backup_database_url: str = _variable(
        "BACKUP_DATABASE_URL",
        "",
        "PostgreSQL as a role that reads past row-level security. Default: DIRECT_URL.",
        secret=True,
        form="database",
    )
    backup_every: int = _variable(
        "BACKUP_EVERY",
        1440,
        "Minutes between two backups, counted from midnight UTC; 15 or more.",
        within=(15, inf),
    )
    backup_keep: int = _variable(
        "BACKUP_KEEP", 14, "The newest backups, this many, always stay.", within=(1, inf)
    )
    backup_keep_days: int = _variable(
        "BACKUP_KEEP_DAYS", 35, "Further backups stay for this many days.", within=(1, inf)
    )
    backup_object_lock_days: int = _variable(
        "BACKUP_OBJECT_LOCK_DAYS",
        0,
        "Days in which nobody can delete a backup, on a bucket with object lock. 0: no lock.",
    )
    metrics_token: str = _variable(
        "METRICS_TOKEN",
        "",
        "Bearer token that /metrics asks for. Unset: it answers this machine alone, and nobody "
        "when PUBLIC_URL is set.",
        secret=True,
    )
    log_format: str = _variable(
        "SHOPAPP_LOG", "text", "text or json: how log lines look.", form="log"
    )

    @property
    def sqlalchemy_url(self) -> str:
        """DATABASE_URL, or the SQLite file of the instance folder."""
        return self.database_url or f"sqlite:///{self.instance / 'shopapp.db'}"

    @property
    def owner_url(self) -> str:
        """DIRECT_URL, or the database the app itself uses."""
        return self.direct_url or self.sqlalchemy_url

    @property
    def backup_url(self) -> str:
        """BACKUP_DATABASE_URL, or the database as its owner."""
        return self.backup_database_url or self.owner_url

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
        spec.name: variables.read(spec, source[spec.metadata["name"]])
        for spec in fields(Config)
        if source.get(spec.metadata["name"], "") != ""
    }
    return _checked(Config(**values))


def masked(name: str, config: Config) -> str:
    """The value of the field called `name` for people to see: what is secret in it hidden."""
    (spec,) = (each for each in fields(Config) if each.name == name)
    return variables.shown(spec, getattr(config, name))


def _checked(config: Config) -> Config:
    for spec in fields(Config):
        variables.check(spec, getattr(config, spec.name))
    _check_kinds(config)
    _check_connections(config)
    _check_backups(config)
    _check_queue(config)
    return config


def _check_kinds(config: Config) -> None:
    """All SQLite or all PostgreSQL; DIRECT_URL may come first, to make DATABASE_URL's role."""
    for name, url, other, kind in (
        ("DIRECT_URL", config.direct_url, "DATABASE_URL", config.database_url),
        ("SHADOW_DATABASE_URL", config.shadow_database_url, "DIRECT_URL", config.owner_url),
    ):
        if url and kind and url.startswith("sqlite:") != kind.startswith("sqlite:"):
            message = f"{name} is not the same kind of database as {other}"
            raise ConfigError(message)


def _check_connections(config: Config) -> None:
    wanted = config.processes * (config.pool_size + config.max_overflow)
    allowed = config.plan_connections * 4 // 5
    if config.plan_connections and wanted > allowed:
        message = (
            f"DATABASE_PLAN_CONNECTIONS is {config.plan_connections}, of which {allowed} may be "
            f"used, but DATABASE_PROCESSES × (DATABASE_POOL_SIZE + DATABASE_MAX_OVERFLOW) is "
            f"{wanted}: lower one of these, or put PgBouncer between"
        )
        raise ConfigError(message)


def _check_backups(config: Config) -> None:
    if config.backup_to.startswith("s3:") and not config.backup_recipient:
        message = "BACKUP_TO leaves this machine, so BACKUP_RECIPIENT must name an age public key"
        raise ConfigError(message)


def _check_queue(config: Config) -> None:
    shops = [_place(url) for url in (config.database_url, config.direct_url) if url]
    if config.jobs_url and _place(config.jobs_url) in shops:
        message = "JOBS_URL is the database of DATABASE_URL, but the queue needs one of its own"
        raise ConfigError(message)


def _place(url: str) -> tuple[str | None, int, str]:
    """Host, port and database of a PostgreSQL URL."""
    parts = urlsplit(url)
    return parts.hostname, parts.port or 5432, parts.path
