"""What must not happen in a browser: script errors, policy violations, failed requests."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, ConsoleMessage, Request, Response, WebError

TELL_VIOLATIONS = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}`))"""
_DECORATION = re.compile("Transition was (aborted|skipped)")  # the browser had no time for a fade
# what the browser and htmx say again of a response or a failure that is noted already
_ECHO = re.compile("Failed to load resource|net::ERR|htmx:error: Failed to fetch")


@dataclass
class Watch:
    """Looks at every page of a context; `wrong` is what a test must not leave behind.

    A test names in `expected` the statuses (409) and network errors ("ERR_FAILED") it provokes.
    """

    context: BrowserContext
    wrong: list[str] = field(default_factory=list)
    expected: set[int | str] = field(default_factory=set)
    seen: set[int | str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.context.on("console", self._console)
        self.context.on("weberror", self._error)
        self.context.on("response", self._response)
        self.context.on("requestfailed", self._failed)
        self.context.add_init_script(TELL_VIOLATIONS)

    def check(self) -> None:
        """Fail with everything that went wrong, or with what was expected and never came."""
        assert not self.wrong, "\n".join(self.wrong)
        assert self.expected == self.seen & self.expected

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not _ECHO.search(message.text):
            self.wrong.append(f"console: {message.text} {message.location.get('url', '')}")

    def _error(self, error: WebError) -> None:
        if not _DECORATION.search(str(error.error)):
            self.wrong.append(f"script: {error.error}")

    def _response(self, response: Response) -> None:
        if response.status >= 400:
            self._note(response.status, f"{response.request.method} {response.url}")

    def _failed(self, request: Request) -> None:
        if (reason := request.failure or "") != "net::ERR_ABORTED":  # left behind by a new page
            self._note(reason.removeprefix("net::"), f"{request.method} {request.url}")

    def _note(self, what: int | str, where: str) -> None:
        self.seen.add(what)
        if what not in self.expected:
            self.wrong.append(f"{what}: {where}")
