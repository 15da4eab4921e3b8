"""pytest's side of the servers: fixtures for the session, and a word about each in the summary."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.servers import aws, chromium, dovecot, keeper, pgbouncer, redis
from tests.servers.consent import ConsentServer
from tests.servers.dns import DnsServer
from tests.servers.llm import LlmServer
from tests.servers.postgres import Server
from tests.servers.smtp import SmtpServer

_KEEPER = pytest.StashKey[keeper.Keeper]()


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> Server:
    """One PostgreSQL for the whole run, shared by all its processes. Never skipped."""
    handed_over = getattr(pytestconfig, "workerinput", None)
    return keeper.ask(Path(handed_over["door"]) if handed_over else _keeper(pytestconfig).door)


@pytest.fixture(scope="session")
def pooler(postgres_server: Server) -> Iterator[pgbouncer.Pooler]:
    """PgBouncer for the runtime role; tests through it are skipped by name where there is none."""
    if pgbouncer.find_pgbouncer() is None:
        pytest.skip(pgbouncer.MISSING)
    with pgbouncer.pooler(postgres_server, postgres_server.url_runtime, size=4) as made:
        yield made


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """The browser's program; the test is skipped by name where there is none."""
    found = chromium.find_chromium()
    if found is None:
        pytest.skip(chromium.MISSING)
    return found


@pytest.fixture(scope="session")
def _smtp_server() -> Iterator[SmtpServer]:
    server = SmtpServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _aws_server() -> Iterator[aws.AwsServer]:
    with aws.aws_server() as server:
        yield server


@pytest.fixture
def aws_server(_aws_server: aws.AwsServer, monkeypatch: pytest.MonkeyPatch) -> aws.AwsServer:
    """S3 and KMS on loopback; this process's environment names them."""
    for name, value in _aws_server.environment.items():
        monkeypatch.setenv(name, value)
    return _aws_server


@pytest.fixture
def smtp_server(_smtp_server: SmtpServer) -> Iterator[SmtpServer]:
    """A mail server as new, and left as new: no messages, no faults, no login."""
    _smtp_server.reset()
    yield _smtp_server
    _smtp_server.reset()


@pytest.fixture
def consent_server() -> Iterator[ConsentServer]:
    """A provider that asks for consent and gives tokens, on loopback."""
    server = ConsentServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def llm_server() -> Iterator[LlmServer]:
    """A language model on loopback; at the end neither side may have broken OpenAI's contract."""
    server = LlmServer()
    server.start()
    yield server
    server.stop()
    assert server.violations == []


@pytest.fixture
def dns_server() -> Iterator[DnsServer]:
    """A name server on loopback that knows nothing yet."""
    server = DnsServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def _redis_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[redis.RedisServer]:
    program = redis.find_redis()
    if program is None:
        pytest.skip(redis.MISSING)
    with redis.redis_server(program, tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis_server(_redis_server: redis.RedisServer) -> redis.RedisServer:
    """Redis, up and empty; the test is skipped by name where there is none."""
    _redis_server.reset()
    return _redis_server


@pytest.fixture(scope="session")
def _imap_server() -> Iterator[dovecot.ImapServer]:
    program = dovecot.find_dovecot()
    if program is None:
        pytest.skip(dovecot.MISSING)
    with dovecot.imap_server(program) as server:
        yield server


@pytest.fixture
def imap_server(
    _imap_server: dovecot.ImapServer, monkeypatch: pytest.MonkeyPatch
) -> dovecot.ImapServer:
    """Dovecot, up and without mailboxes; this process trusts its certificate.

    The test is skipped by name where there is none.
    """
    _imap_server.reset()
    monkeypatch.setenv("SSL_CERT_FILE", str(_imap_server.ca_file))
    return _imap_server


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Hand the door to each worker of a parallel run."""
    node.workerinput["door"] = str(_keeper(node.config).door)


def pytest_unconfigure(config: pytest.Config) -> None:
    if _KEEPER in config.stash:
        config.stash[_KEEPER].stop()


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    at_hand = config.stash[_KEEPER].origin if _KEEPER in config.stash else None
    terminalreporter.section("servers")
    terminalreporter.line(f"PostgreSQL: {at_hand or 'no test asked for it'}")
    terminalreporter.line(f"PgBouncer: {pgbouncer.find_pgbouncer() or pgbouncer.MISSING}")
    terminalreporter.line(f"Chromium: {chromium.find_chromium() or chromium.MISSING}")
    terminalreporter.line(f"Redis: {redis.find_redis() or redis.MISSING}")
    terminalreporter.line(f"Dovecot: {dovecot.find_dovecot() or dovecot.MISSING}")
    terminalreporter.line("SMTP: aiosmtpd on loopback; S3 and KMS: moto on loopback")


def _keeper(config: pytest.Config) -> keeper.Keeper:
    if _KEEPER not in config.stash:
        config.stash[_KEEPER] = keeper.hire()
    return config.stash[_KEEPER]
