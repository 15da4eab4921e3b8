"""Configuration: every variable typed, every mistake one sentence that names the variable."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from shopapp.config import ROOT, Config, ConfigError, from_environment, masked
from shopapp.db import engine_options


def test_an_empty_environment_is_a_working_configuration() -> None:
    config = from_environment({})
    assert config == Config()
    assert config.base_url == "http://127.0.0.1:8000"
    assert config.sqlalchemy_url == f"sqlite:///{ROOT / 'instance' / 'shopapp.db'}"


def test_an_empty_variable_is_as_good_as_none() -> None:
    assert from_environment({"PORT": "", "SECRET_KEY": ""}) == Config()


def test_variables_are_read_with_their_types() -> None:
    config = from_environment(
        {
            "PORT": " 9000 ",
            "SHOPAPP_RATELIMIT": "off",
            "SHOPAPP_ALLOW_DEMO": "1",
            "SHOPAPP_INSTANCE": "/srv/shopapp",
            "DATABASE_URL": "postgres://u:p@db/shopapp",
        }
    )
    assert config.port == 9000
    assert not config.ratelimit
    assert config.allow_demo
    assert config.instance == Path("/srv/shopapp")
    assert config.sqlalchemy_url == "postgres://u:p@db/shopapp"


FREE_TEXT = {
    "HOST",
    "KMS_KEY_ID",
    "METRICS_TOKEN",
    "SECRET_KEY",
    "SHOPAPP_DEMO_PASSWORD",
    "GOOGLE_CLIENT_ID",
    "GOOGLE_CLIENT_SECRET",
    "MICROSOFT_CLIENT_ID",
    "MICROSOFT_CLIENT_SECRET",
}
A_KEY = "MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="
WRONG = {
    "PORT": ["eighty", "70000", "-1"],
    "PUBLIC_URL": ["shop.example", "https://", "http://shop.example:port"],
    "TRUSTED_PROXIES": ["one", "-1"],
    "DATABASE_URL": [
        "shop.db",
        "mysql://me:hush@db/shop",
        "sqlite://",
        "sqlite:///",
        "sqlite://shop.db",
        "postgresql://",
        "postgresql://me:hush@db:port/shop",
    ],
    "DIRECT_URL": ["shop.db", "postgresql://me:hush@db:port/shop"],
    "SHADOW_DATABASE_URL": ["shop.db", "postgresql://me:hush@db/shop"],
    "DATABASE_POOL_SIZE": ["0", "many"],
    "DATABASE_MAX_OVERFLOW": ["-1", "1.5"],
    "DATABASE_PROCESSES": ["0"],
    "DATABASE_PLAN_CONNECTIONS": ["-1", "24"],
    "SHOPAPP_INSTANCE": ["~nobody-of-that-name/shopapp"],
    "SMTP_URL": ["mail.example", "http://mail.example", "smtp://", "smtp://me:hush@mail:port"],
    "MAIL_FROM": ["shopapp", "me@one@two", "@"],
    "GOOGLE_OAUTH_URL": ["accounts.google.com", "https://"],
    "MICROSOFT_OAUTH_URL": ["login.microsoftonline.com"],
    "DNS_SERVERS": ["not a host", "127.0.0.1:door", ","],
    "ENCRYPTION_KEYS": ["nonsense", "one:short", f"one:{A_KEY},two:hush", ","],
    "SESSION_HOURS": ["0", "-1", "day"],
    "SHOPAPP_ALLOW_DEMO": ["maybe"],
    "SHOPAPP_DEBUG_HEADERS": ["maybe"],
    "SHOPAPP_RATELIMIT": ["maybe"],
    "SHOPAPP_DEV": ["maybe"],
    "SHOPAPP_LOG": ["xml"],
    "JOBS_URL": ["amqp://mq", "redis://mq:six", "redis://", "sqlite:///queue.db"],
    "RATELIMIT_STORAGE_URI": ["disk", "redis://mq:six"],
    "ATTACHMENTS_URL": ["disk", "s3://", "s3://shop?region=eu", "s3://shop?endpoint=minio"],
    "SCANNER_URL": ["clamd", "tcp://clamd", "unix://", "http://clamd:3310"],
    "SCANNER_OPEN": ["maybe"],
    "BACKUP_TO": ["s3://bucket/shop"],
    "BACKUP_RECIPIENT": ["ssh-ed25519 AAAA", "age1short"],
    "BACKUP_DATABASE_URL": ["shop.db", "postgresql://me:hush@db:port/shop"],
    "BACKUP_EVERY": ["14", "daily"],
    "BACKUP_KEEP": ["0"],
    "BACKUP_KEEP_DAYS": ["0"],
    "BACKUP_OBJECT_LOCK_DAYS": ["-1"],
}


def test_every_variable_is_known_to_have_wrong_values_or_none() -> None:
    """A new variable: say in WRONG what it refuses, or in FREE_TEXT that it takes any text."""
    names = [spec.metadata["name"] for spec in fields(Config)]
    assert sorted(names) == sorted({*WRONG, *FREE_TEXT})


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_mistake_is_one_sentence_that_names_the_variable(name: str, value: str) -> None:
    with pytest.raises(ConfigError) as refused:
        from_environment({name: value})
    said = str(refused.value)
    assert said.startswith(f"{name} ")
    assert "\n" not in said
    assert "hush" not in said


def test_the_owner_s_address_is_of_the_same_kind() -> None:
    direct = {"DIRECT_URL": "postgresql://owner@db/shop"}
    assert from_environment(direct).owner_url == direct["DIRECT_URL"]
    with pytest.raises(ConfigError, match="DIRECT_URL is not the same kind of database as DATAB"):
        from_environment({**direct, "DATABASE_URL": "sqlite:///shop.db"})


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "sqlite:///shop.db"),
        ("DATABASE_URL", "postgres://me:p%40ss@[::1]:5432/shop"),
        ("DATABASE_URL", "postgresql+psycopg:///shop?host=/run/postgresql"),
        ("ENCRYPTION_KEYS", f"new:{A_KEY}, old:{A_KEY}"),
        ("MAIL_FROM", "My Tea <me@tea.example>"),
        ("SMTP_URL", "smtps://me:hush@mail.example"),
        ("PUBLIC_URL", "https://shop.example:8443/"),
        ("DATABASE_PLAN_CONNECTIONS", "25"),
        ("ATTACHMENTS_URL", "s3://shop/files?endpoint=http://minio:9000"),
    ],
)
def test_what_is_well_formed_is_taken(name: str, value: str) -> None:
    from_environment({name: value})


def test_connections_stay_a_fifth_under_the_plan() -> None:
    plan = {"DATABASE_PLAN_CONNECTIONS": "100", "DATABASE_PROCESSES": "8"}
    assert from_environment(plan).processes == 8
    with pytest.raises(ConfigError) as refused:
        from_environment({**plan, "DATABASE_POOL_SIZE": "6"})
    assert str(refused.value).startswith(
        "DATABASE_PLAN_CONNECTIONS is 100, of which 80 may be used, but DATABASE_PROCESSES × "
        "(DATABASE_POOL_SIZE + DATABASE_MAX_OVERFLOW) is 88: lower"
    )


def test_a_pool_is_as_large_as_was_said() -> None:
    config = Config(pool_size=7, max_overflow=3)
    options = engine_options("postgresql://db/shop", config)
    assert (options["pool_size"], options["max_overflow"]) == (7, 3)


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("database_url", "postgresql://me:hush@db/shop", "postgresql://me:••••@db/shop"),
        ("database_url", "postgresql://db/shop?password=hush", "••••"),
        ("database_url", "sqlite:////srv/shop.db", "sqlite:////srv/shop.db"),
        ("smtp_url", "smtp://me:hush@mail", "smtp://me:••••@mail"),
        ("encryption_keys", f"hush:{A_KEY}", "••••"),
        ("secret_key", "http://hush", "••••"),
        ("secret_key", "", ""),
        ("port", 80, "80"),
        ("ratelimit", True, "on"),
    ],
)
def test_what_is_secret_in_a_value_is_masked(field: str, value: object, shown: str) -> None:
    assert masked(field, Config(**{field: value})) == shown


def test_secrets_are_not_shown() -> None:
    secret = {spec.name for spec in fields(Config) if spec.metadata["secret"]}
    assert {"database_url", "smtp_url", "encryption_keys", "secret_key"} <= secret
    config = Config(**dict.fromkeys(secret, "sesame"))
    assert "sesame" not in repr(config)


def test_every_variable_has_a_name_and_a_line_of_its_own() -> None:
    names = [spec.metadata["name"] for spec in fields(Config)]
    assert len(set(names)) == len(names)
    assert all(spec.metadata["doc"].endswith(".") for spec in fields(Config))


@pytest.mark.parametrize(
    ("config", "may"),
    [
        (Config(), True),
        (Config(host="0.0.0.0"), False),
        (Config(host="0.0.0.0", allow_demo=True), True),
        (Config(public_url="https://shop.example"), False),
    ],
)
def test_demo_accounts_stay_on_this_machine_unless_told(config: Config, may: bool) -> None:
    assert config.demo_may_sign_in is may


def test_a_public_url_names_the_host_and_makes_cookies_secure() -> None:
    config = Config(public_url="https://shop.example/")
    assert config.base_url == "https://shop.example"
    assert config.is_secure
    assert "shop.example" in config.hosts
    assert "evil.example" not in config.hosts


def test_the_queue_has_a_database_of_its_own() -> None:
    shop = "postgresql://app:secret@db.example/shop"
    with pytest.raises(ConfigError, match="JOBS_URL is the database of DATABASE_URL"):
        from_environment({"DATABASE_URL": shop, "JOBS_URL": "postgres://q:x@db.example:5432/shop"})
    queue = "postgresql://app:secret@db.example/queue"
    assert from_environment({"DATABASE_URL": shop, "JOBS_URL": queue}).jobs_url == queue
