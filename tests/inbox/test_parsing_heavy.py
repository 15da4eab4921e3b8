"""Big mails in little memory, and mails made to be a burden answered at all."""

from __future__ import annotations

import resource
import subprocess
import sys

import pytest

from shopapp.inbox.parsing import parse_message
from shopapp.inbox.quoting import split_reply, split_reply_html
from shopapp.inbox.sanitising import sanitise_html

HEAD = b"From: a@b.example\r\nSubject: x\r\n"
WEIGHED = """
from shopapp.inbox.parsing import parse_message
line = b"QUJD" * 19 + b"\\r\\n"
raw = bytearray(
    b"From: a@b.example\\r\\nContent-Type: multipart/mixed; boundary=b\\r\\n\\r\\n"
    b"--b\\r\\n\\r\\nhello\\r\\n"
    b"--b\\r\\nContent-Type: application/zip\\r\\nContent-Transfer-Encoding: base64\\r\\n\\r\\n"
)
for _ in range(650):
    raw += line * 1000
raw += b"--b--\\r\\n"
message = parse_message(memoryview(raw))
peak = next(line for line in open("/proc/self/status") if line.startswith("VmHWM"))
print(len(raw), message.attachments[0].size, int(peak.split()[1]) // 1024)
"""
BOMBS = {
    "nested 20 000 times": HEAD
    + b"".join(
        b"Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n" % (n, n)
        for n in range(20_000)
    ),
    "10 000 parts": HEAD + b"Content-Type: multipart/mixed; boundary=a\r\n\r\n"
    + b"--a\r\nContent-Type: text/plain\r\n\r\nx\r\n" * 10_000,
    "5 000 links": HEAD + b"Content-Type: text/html\r\n\r\n"
    + b"<a href='https://x.example'>x</a>" * 5_000,
    "20 MB header": HEAD + b"X-Big: " + b"a" * 20_000_000 + b"\r\n\r\nhi",
    "20 MB folded header": HEAD + b"X-Big: a\r\n" + b" aaaaaaaa\r\n" * 2_000_000 + b"\r\nhi",
    "a million recipients": HEAD + b"To: " + b"anne@b.example, " * 1_000_000 + b"\r\n\r\nhi",
    "60 MB": HEAD + b"\r\n" + b"a line of words\r\n" * 3_600_000,
    "a text of 9 MB": HEAD + b"\r\n" + b"a" * 9_000_000,
}  # fmt: skip
SAID = {
    "nested 20 000 times": "parts nest deeper than 20",
    "10 000 parts": "more than 500 parts",
    "5 000 links": "more than 2000 links",
    "20 MB header": "header X-Big was cut at 65536 bytes",
    "20 MB folded header": "only 1000 headers or 1048576 bytes",
    "a million recipients": "more than 500 addresses",
    "60 MB": "only the first 52428800 were read",
    "a text of 9 MB": "only the first 8388608 bytes of a text",
}


@pytest.mark.skipif(sys.platform != "linux", reason="the peak is read from /proc")
def test_a_mail_of_50_mb_stays_below_300_mb() -> None:
    done = subprocess.run(
        [sys.executable, "-c", WEIGHED], capture_output=True, text=True, check=True
    )
    length, file, peak = map(int, done.stdout.split())
    print(f"{length:,} bytes with a file of {file:,}: {peak} MB at the peak")
    assert length > 50_000_000
    assert file > 37_000_000
    assert peak < 300


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_answered_and_its_limit_told(name: str) -> None:
    before = resource.getrlimit(resource.RLIMIT_CPU)
    used = resource.getrusage(resource.RUSAGE_SELF)
    resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + 60, before[1]))
    try:
        message = parse_message(BOMBS[name])
        split_reply(message.text)
        sanitise_html(split_reply_html(message.html or "").visible)
    finally:
        resource.setrlimit(resource.RLIMIT_CPU, before)
    assert any(note.startswith(SAID[name]) or SAID[name] in note for note in message.problems)


@pytest.mark.parametrize("wrap", [bytes, bytearray, memoryview])
def test_any_kind_of_bytes_is_read(wrap: type) -> None:
    assert parse_message(wrap(b"Subject: hello\n\nhi")).subject == "hello"
