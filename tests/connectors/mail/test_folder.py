"""The outbox folder: one file for each mail, whole, however often it is delivered."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import shopapp
from shopapp.connectors.errors import Misconfigured, Permanent, Temporary
from shopapp.connectors.mail.folder import OutboxFolder, file_name

RAW, ID = b"Subject: hello\r\n\r\nHello\r\n", "<c1@harbor.example>"


def deliver(folder: Path, raw: bytes = RAW, message_id: str = ID) -> str:
    return OutboxFolder(folder).deliver(raw, "a@x.example", ["b@x.example"], message_id).response


def test_a_mail_becomes_a_file_with_its_bytes(tmp_path: Path) -> None:
    assert deliver(tmp_path / "new" / "outbox") == "kept as c1@harbor.example.eml"
    assert (tmp_path / "new" / "outbox" / "c1@harbor.example.eml").read_bytes() == RAW


def test_a_mail_delivered_twice_is_one_file(tmp_path: Path) -> None:
    assert deliver(tmp_path) == deliver(tmp_path)
    assert [file.name for file in tmp_path.iterdir()] == ["c1@harbor.example.eml"]


def test_another_mail_with_the_same_id_is_refused_and_the_first_stays(tmp_path: Path) -> None:
    deliver(tmp_path)
    with pytest.raises(Permanent, match="Another mail"):
        deliver(tmp_path, b"Subject: other\r\n\r\n")
    assert [file.read_bytes() for file in tmp_path.iterdir()] == [RAW]


@given(st.text(max_size=300), st.text(max_size=300))
def test_every_id_has_its_own_safe_file_name(one: str, other: str) -> None:
    names = [file_name(f"<{message_id}>") for message_id in (one, other)]
    assert (names[0].lower() == names[1].lower()) == (one == other)
    for name in names:
        assert name == Path(name).name
        assert not name.startswith((".", "-"))
        assert name.isascii()
        assert len(name) < 150


def test_ids_that_differ_in_case_alone_have_different_files() -> None:
    assert file_name("<A@x>").lower() != file_name("<a@x>").lower()


def test_an_id_cannot_leave_the_folder(tmp_path: Path) -> None:
    deliver(tmp_path / "outbox", message_id="<../../etc/passwd\0@x>")
    assert [path.name for path in tmp_path.iterdir()] == ["outbox"]


KILLED = """
import sys
from pathlib import Path
from shopapp.connectors.mail.folder import OutboxFolder
deliver = OutboxFolder(Path(sys.argv[1])).deliver
print("go", flush=True)
for number in range(10 ** 6):
    deliver(b"x" * 100_000, "a@x", ["b@x"], f"<{number}@x>")
"""


def test_a_killed_delivery_leaves_no_half_mail(tmp_path: Path) -> None:
    command = [sys.executable, "-c", KILLED, str(tmp_path)]
    here = Path(shopapp.__file__).parents[1]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=here) as child:
        assert child.stdout
        child.stdout.readline()
        while len(list(tmp_path.glob("*.eml"))) < 5:
            assert child.poll() is None
        child.send_signal(signal.SIGKILL)
    assert {file.stat().st_size for file in tmp_path.glob("*.eml")} == {100_000}


def test_a_probe_leaves_nothing_behind(tmp_path: Path) -> None:
    assert OutboxFolder(tmp_path).probe().secure
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("call", [deliver, lambda folder: OutboxFolder(folder).probe()])
def test_a_folder_that_is_a_file_is_misconfigured(
    tmp_path: Path, call: Callable[[Path], object]
) -> None:
    (tmp_path / "file").write_text("")
    for path in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(Misconfigured, match="cannot be used"):
            call(path)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="this system has no /dev/full")
def test_a_disk_that_fails_is_temporary_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    stray = tmp_path / ".mail.x.tmp"
    stray.touch()
    monkeypatch.setattr("tempfile.mkstemp", lambda **_: (full, str(stray)))
    with pytest.raises(Temporary, match="no space left"):
        deliver(tmp_path)
    assert list(tmp_path.iterdir()) == []
