"""The browser's side: one site and one Chromium a process, one store and one watch a test."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests import databases
from tests.browser import site as sites
from tests.browser.person import Person
from tests.browser.shop import Shop, open_shop
from tests.browser.site import Site
from tests.browser.watch import Watch
from tests.servers.consent import ConsentServer
from tests.servers.smtp import SmtpServer

SECONDS = 20_000
FLAGS = (
    "--no-sandbox --disable-gpu --disable-background-networking --disable-quic --no-first-run "
    "--disable-component-update --disable-sync"
).split()
Enter = Callable[..., Person]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser(chromium_path: Path) -> Iterator[Browser]:
    """Chromium; the test is skipped by name where there is none."""
    expect.set_options(timeout=SECONDS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium_path, args=FLAGS)
        yield launched
        launched.close()


@pytest.fixture(scope="session")
def provider() -> Iterator[ConsentServer]:
    """Where the site asks for Google's consent."""
    server = ConsentServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def site(
    chromium_path: Path,
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    _smtp_server: SmtpServer,
    provider: ConsentServer,
) -> Iterator[Site]:
    """The running site, on SQLite unless the run has `--dialect postgresql`."""
    dialect = request.config.getoption("--dialect") or "sqlite"
    instance = tmp_path_factory.mktemp("site") / "instance"
    with (
        databases.of_dialect(dialect, request) as made,
        made.blank() as url,
        sites.running(instance, url, _smtp_server.url, GOOGLE_OAUTH_URL=provider.url) as running,
    ):
        yield running


@pytest.fixture
def shop(site: Site, smtp_server: SmtpServer) -> Shop:
    """A store of the test's own."""
    return open_shop(site, smtp_server)


@pytest.fixture
def enter(browser: Browser, site: Site, shop: Shop) -> Iterator[Enter]:
    """`enter("ben")`: a browser of his own in which Ben has signed in; options as Playwright's."""
    entered: list[Person] = []

    def begin(name: str = "", **options: Any) -> Person:
        context = browser.new_context(base_url=site.url, **options)
        context.set_default_timeout(SECONDS)
        watch = Watch(context)
        entered.append(Person(shop, context.new_page(), watch))
        if name:
            entered[-1].sign_in(name)
        return entered[-1]

    yield begin
    for person in entered:
        person.page.context.close()
    for person in entered:
        person.watch.check()


@pytest.fixture
def ben(enter: Enter) -> Person:
    """Ben, who answers tickets."""
    return enter("ben")


@pytest.fixture
def page(ben: Person) -> Page:
    """The page Ben looks at."""
    return ben.page
