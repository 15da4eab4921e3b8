"""`shopapp serve` with real processes: it answers, and however it ends nothing is left behind."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from shopapp.config import ROOT

pytestmark = pytest.mark.slow
PATIENCE = 40.0  # seconds within which a thing that must happen has happened


class Server:
    """One run of the tiny server in a session of its own, its words in `file`."""

    def __init__(self, file: Path, worker: str) -> None:
        self.port = free_port()
        self.file = file
        self._opened = file.open("wb")
        self.main = subprocess.Popen(
            [sys.executable, "-m", "tests.ops.tiny", "serve", str(self.port), worker],
            cwd=ROOT,
            stdout=self._opened,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        self.process = psutil.Process(self.main.pid)
        self.family = [self.process]

    @property
    def words(self) -> str:
        return self.file.read_text()

    def come_up(self) -> None:
        """Wait until the server and its worker say so, then remember every process."""
        until(lambda: "shopapp is ready at" in self.words and "the worker works" in self.words)
        self.family += self.process.children(recursive=True)

    def leftovers(self) -> list[psutil.Process]:
        return [one for one in self.family if is_alive(one)]

    def close(self) -> None:
        for one in self.leftovers():
            with suppress(psutil.NoSuchProcess):
                one.kill()
        self.main.wait()
        self._opened.close()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[str], Server]]:
    """`start("steady")`: a server with a steady worker beside it."""
    started: list[Server] = []

    def begin(worker: str) -> Server:
        started.append(Server(tmp_path / f"{len(started)}.log", worker))
        return started[-1]

    yield begin
    for server in started:
        server.close()


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


def until(is_so: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.05)


def is_alive(process: psutil.Process) -> bool:
    try:
        return str(process.status()) != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_it_says_where_it_is_and_answers_there(start: Callable[[str], Server]) -> None:
    server = start("steady")
    server.come_up()
    assert f"http://127.0.0.1:{server.port}" in server.words
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/") as answer:
        assert answer.read() == b"here"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_server_then_its_worker(
    start: Callable[[str], Server], number: signal.Signals
) -> None:
    server = start("steady")
    server.come_up()
    server.main.send_signal(number)
    assert server.main.wait(PATIENCE) == 0
    assert "the worker stopped politely" in server.words
    assert server.leftovers() == []


def test_control_c_in_a_terminal_ends_everything(start: Callable[[str], Server]) -> None:
    """The terminal signals every process of the foreground group at once."""
    server = start("steady")
    server.come_up()
    os.killpg(server.main.pid, signal.SIGINT)
    assert server.main.wait(PATIENCE) == 0
    assert server.leftovers() == []


def test_a_killed_server_leaves_no_process_behind(start: Callable[[str], Server]) -> None:
    server = start("steady")
    server.come_up()
    assert len(server.family) >= 3
    server.main.kill()
    until(lambda: server.leftovers() == [])


def test_a_signal_while_it_starts_leaves_no_process_behind(
    start: Callable[[str], Server],
) -> None:
    server = start("steady")
    until(lambda: len(server.process.children(recursive=True)) > 0)
    server.family += server.process.children(recursive=True)
    server.main.send_signal(signal.SIGTERM)
    server.main.wait(PATIENCE)
    until(lambda: server.leftovers() == [])


def test_a_killed_worker_is_replaced(start: Callable[[str], Server]) -> None:
    server = start("steady")
    server.come_up()
    time.sleep(5.5)  # a worker that dies younger counts as broken
    (worker,) = [one for one in server.family if "--parent" in one.cmdline()]
    worker.kill()
    until(lambda: server.words.count("the worker works") == 2)
    server.family += server.process.children(recursive=True)
    server.main.terminate()
    assert server.main.wait(PATIENCE) == 0
    assert server.leftovers() == []


def test_a_worker_that_does_not_stay_up_ends_the_server_with_an_error(
    start: Callable[[str], Server],
) -> None:
    server = start("fragile")
    assert server.main.wait(PATIENCE) == 1


def test_a_taken_port_is_one_clear_sentence(start: Callable[[str], Server]) -> None:
    first = start("steady")
    first.come_up()
    second = subprocess.run(
        [sys.executable, "-m", "tests.ops.tiny", "serve", str(first.port), "steady"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert second.returncode == 1
    (sentence,) = second.stderr.splitlines()
    assert f"cannot listen at 127.0.0.1:{first.port}" in sentence
    assert "set HOST and PORT" in sentence


def test_a_child_whose_parent_was_gone_early_ends_as_well(tmp_path: Path) -> None:
    file = tmp_path / "word"
    command = [sys.executable, "-m", "tests.ops.tiny", "orphan", str(file)]
    subprocess.run(command, cwd=ROOT, check=True)
    until(file.exists)
