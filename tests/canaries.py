"""Canaries: the secrets the tests seal, looked for in everything a run wrote.

Their plaintext may be in memory, in a sealed value and on its way to its own server. At the end of
a run its temporary folder (instance folders, databases, logs, exports, backups) and everything
that was printed or logged are searched, and a run that wrote one fails. What a test seals as
a secret is therefore made with `canary("…")`.
"""

from __future__ import annotations

import base64
import mmap
from collections.abc import Iterator
from pathlib import Path

import pytest

_MARK = b"canary-5Jq8Zt4Wd2Rk"
_FOUND = pytest.StashKey[list[str]]()


def canary(name: str) -> str:
    """A secret that must never be written anywhere in the clear."""
    return f"{_MARK.decode()}-{name}"


def leaks(content: bytes | mmap.mmap) -> bool:
    """Whether a canary is in `content`: as it is, or in base64 at any of its three offsets."""
    return any(content.find(form) >= 0 for form in _FORMS)


def leaking_files(folder: Path) -> Iterator[Path]:
    """The files below `folder` that hold a canary."""
    for path in folder.rglob("*"):
        if path.is_file() and not path.is_symlink() and path.stat().st_size:
            with path.open("rb") as file, mmap.mmap(file.fileno(), 0, prot=mmap.PROT_READ) as text:
                is_leaking = leaks(text)
            if is_leaking:
                yield path


def _in_base64(offset: int) -> bytes:
    """What the mark looks like inside of base64 that began `offset` bytes before it."""
    encoded = base64.b64encode(b"\0" * offset + _MARK)
    return encoded[4 if offset else 0 : len(encoded) // 4 * 4 - 4]


_FORMS = (_MARK, *map(_in_base64, range(3)))


class Watch:
    """What the run printed and logged, test by test."""

    def __init__(self, found: list[str]) -> None:
        self._found = found

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for title, text in report.sections:
            place = f"{report.nodeid}: {title}"
            if place not in self._found and leaks(text.encode()):
                self._found.append(place)


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):  # the main process hears of every worker's tests
        config.stash[_FOUND] = []
        config.pluginmanager.register(Watch(config.stash[_FOUND]))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    found = session.config.stash.get(_FOUND, None)
    if found is None:
        return
    factory: pytest.TempPathFactory = session.config._tmp_path_factory  # type: ignore[attr-defined]
    found += [str(path) for path in leaking_files(factory.getbasetemp())]
    if found:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    for place in config.stash.get(_FOUND, []):
        terminalreporter.line(f"a sealed secret was written in the clear: {place}", red=True)
