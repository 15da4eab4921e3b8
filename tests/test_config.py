"""Configuration: every variable typed, every mistake one sentence that names the variable."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

from shopapp.config import ROOT, Config, ConfigError, from_environment


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


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "eighty", "PORT is 'eighty', but a whole number is expected"),
        ("PORT", "70000", "PORT is 70000, but a port lies between 0 and 65535"),
        ("SHOPAPP_RATELIMIT", "maybe", "SHOPAPP_RATELIMIT is 'maybe', but on or off"),
        ("DATABASE_URL", "shop.db", "DATABASE_URL is not a URL"),
        ("PUBLIC_URL", "shop.example", "PUBLIC_URL is 'shop.example', but must start with http"),
        ("JOBS_URL", "amqp://mq", "JOBS_URL must start with redis://, rediss://, postgresql://"),
        ("JOBS_URL", "redis://mq:six", "JOBS_URL is not a URL: its host or port"),
        ("RATELIMIT_STORAGE_URI", "disk", "RATELIMIT_STORAGE_URI must start with redis://"),
        ("SHOPAPP_LOG", "xml", "SHOPAPP_LOG is 'xml', but text or json is expected"),
    ],
)
def test_a_mistake_is_one_sentence_that_names_the_variable(
    name: str, value: str, words: str
) -> None:
    with pytest.raises(ConfigError) as refused:
        from_environment({name: value})
    assert str(refused.value).startswith(words)
    assert "\n" not in str(refused.value)


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
