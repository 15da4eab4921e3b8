"""`shopapp` as real processes on an instance of its own: started, watched, ended."""

from __future__ import annotations

import http.cookiejar
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields
from pathlib import Path

import psutil

from shopapp.config import ROOT, Config

PATIENCE = 90.0  # seconds within which a thing that must happen has happened
NOTHING: Mapping[str, str] = {}
PASSWORD = "a kettle, a tent and a rope"
_OURS = {each.metadata["name"] for each in fields(Config)}


def environment(instance: Path, **settings: str) -> dict[str, str]:
    """This process's variables without shopapp's own, and `settings`."""
    kept = {name: value for name, value in os.environ.items() if name not in _OURS}
    return {**kept, "SHOPAPP_INSTANCE": str(instance), "SHOPAPP_RATELIMIT": "off", **settings}


def command(
    instance: Path,
    *words: str,
    before: Callable[[], None] | None = None,
    settings: Mapping[str, str] = NOTHING,
) -> tuple[int, str, str]:
    """Run a command to its end: exit code, output, errors. `before` runs in its process."""
    ended = subprocess.run(
        [sys.executable, "-m", "shopapp.cli", *words],
        cwd=ROOT,
        env=environment(instance, **{"PORT": str(free_port()), **settings}),
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
        preexec_fn=before,
    )
    return ended.returncode, ended.stdout, ended.stderr


class Household:
    """`shopapp run` (or another command that stays) in a session of its own, with its children."""

    def __init__(self, instance: Path, *words: str, **settings: str) -> None:
        self.port = int(settings.setdefault("PORT", str(free_port())))
        self._file = instance.with_name(f"{instance.name}-{self.port}.log")
        self._opened = self._file.open("wb")
        self.main = subprocess.Popen(
            [sys.executable, "-m", "shopapp.cli", *(words or ("run",))],
            cwd=ROOT,
            env=environment(instance, **settings),
            stdout=self._opened,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self._process = psutil.Process(self.main.pid)
        self.family = [self._process]

    @property
    def words(self) -> str:
        return self._file.read_text()

    def come_up(self) -> Household:
        """Wait until it says that it is ready, then remember every process."""
        until(lambda: "shopapp is ready at" in self.words or self.main.poll() is not None)
        assert self.main.poll() is None, self.words
        until(lambda: len(self._process.children(recursive=True)) >= 2)  # server and worker
        self.family += self._process.children(recursive=True)
        return self

    def signal_all(self, number: signal.Signals) -> None:
        """What a terminal does: every process of the foreground group gets the signal."""
        os.killpg(self.main.pid, number)

    def leftovers(self) -> list[psutil.Process]:
        return [one for one in self.family if is_alive(one)]

    def close(self) -> None:
        """End it politely, then whatever is left of it."""
        if self.main.poll() is None:
            self.main.terminate()
            with suppress(subprocess.TimeoutExpired):
                self.main.wait(PATIENCE)
        for one in self.leftovers():
            with suppress(psutil.NoSuchProcess):
                one.kill()
        self.main.wait()
        self._opened.close()


@dataclass
class Caller:
    """Somebody with a cookie jar at `127.0.0.1:port`; answers are (status, text)."""

    port: int
    jar: http.cookiejar.CookieJar = field(default_factory=http.cookiejar.CookieJar)

    def get(self, path: str, **headers: str) -> tuple[int, str]:
        return self._ask(path, headers=headers)

    def sign_in(self, email: str, password: str = PASSWORD) -> tuple[int, str]:
        """Through the form."""
        token = re.search(r'name="csrf-token" content="([^"]+)"', self.get("/login")[1])
        assert token
        typed = {"csrf_token": token[1], "email": email, "password": password}
        body = urllib.parse.urlencode(typed).encode()
        return self._ask("/login", body)

    def _ask(
        self, path: str, body: bytes | None = None, headers: Mapping[str, str] = NOTHING
    ) -> tuple[int, str]:
        url = f"http://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(url, body, dict(headers))
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.jar))
        try:
            with opener.open(request, timeout=PATIENCE) as answer:
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as answer:
            with answer:
                return answer.code, answer.read().decode()


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def until(is_so: Callable[[], bool]) -> None:
    """Wait until `is_so`."""
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def is_alive(process: psutil.Process) -> bool:
    try:
        return str(process.status()) != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
