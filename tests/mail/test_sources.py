"""Files become mails or a reason why not: each one is accounted for."""

from __future__ import annotations

import contextlib
import io
import mailbox
import os
import tracemalloc
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shopapp.mail import mbox
from shopapp.mail.sources import Found, Item, PathUnreadable, Refused, messages

MAIL = b"From: jo@mail.example\nSubject: Hello\n\nHow are you?\n"
FROM = b"From jo@mail.example Tue Mar  4 05:06:07 2031\n"


def is_mail(raw: bytes) -> bool:
    return b":" in raw.splitlines()[0]


def read(path: Path, limit: int = 10_000) -> list[Item]:
    return list(messages(path, looks_like_mail=is_mail, limit=limit))


def bodies(path: Path) -> list[bytes]:
    return [item.raw for item in read(path) if isinstance(item, Found)]


def reasons(path: Path, limit: int = 10_000) -> list[str]:
    return [item.reason for item in read(path, limit) if isinstance(item, Refused)]


def write(path: Path, content: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


@contextlib.contextmanager
def nobody() -> Iterator[None]:
    """Root may read everything, so be someone else for a while."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


def test_an_eml_is_one_mail_byte_for_byte(tmp_path: Path) -> None:
    raw = FROM + MAIL + b"\n" + FROM + MAIL
    file = write(tmp_path / "one.EML", raw)
    assert read(file) == [Found(str(file), raw)]


def test_a_folder_is_read_to_its_ground_in_the_same_order(tmp_path: Path) -> None:
    for name in ("b.eml", "a/z.eml", "a/c.eml", "B.eml", "a.eml"):
        write(tmp_path / name, MAIL)
    names = [item.origin.removeprefix(f"{tmp_path}/") for item in read(tmp_path)]
    assert names == ["B.eml", "a/c.eml", "a/z.eml", "a.eml", "b.eml"]


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_an_mbox_gives_its_mails_unescaped(tmp_path: Path, end: bytes) -> None:
    second = b"Subject: 2\n\n>From me\n>>From you\nFrom 10:30 on, in 2031\n> From all\n"
    whole = (FROM + MAIL + b"\n" + FROM + second + b"\n").replace(b"\n", end)
    file = write(tmp_path / "inbox", whole)
    expected = (second.replace(b">From", b"From").replace(b">From y", b">From y"),)
    assert [item.origin for item in read(file)] == [f"{file}#1", f"{file}#2"]
    assert bodies(file) == [part.replace(b"\n", end) for part in (MAIL, *expected)]


@given(
    st.lists(
        st.lists(
            st.sampled_from([FROM[:-1], b">" + FROM[:-1], b">From x", b"a", b"", b".", b"From: y"])
        )
    )
)
def test_what_an_mboxrd_writer_escapes_comes_back(contents: list[list[bytes]]) -> None:
    mails = [b"\n".join((b"Subject: x", b"", *lines, b"end", b"")) for lines in contents]
    file = io.BytesIO(b"".join(FROM + escaped(mail) + b"\n" for mail in mails))
    assert [part.raw for part in mbox.parts(file, 10_000)] == (mails or [b""])


def escaped(mail: bytes) -> bytes:
    lines = mail.split(b"\n")
    return b"\n".join(b">" + one if one.lstrip(b">").startswith(b"From ") else one for one in lines)


def test_an_mbox_written_by_the_standard_library_is_read(tmp_path: Path) -> None:
    box = mailbox.mbox(tmp_path / "box")
    for number in range(3):
        box.add(b"Subject: %d\n\nFrom the sea\n" % number)
    box.close()
    assert bodies(tmp_path / "box") == [b"Subject: %d\n\nFrom the sea\n" % n for n in range(3)]


def test_from_lines_without_a_date_part_mails_after_a_blank_line(tmp_path: Path) -> None:
    content = b"\n\nFrom jo\nSubject: 1\n\nFrom the: sea\n\nFrom kim\nSubject: 2\n\n"
    assert bodies(write(tmp_path / "box", content)) == [
        b"Subject: 1\n\nFrom the: sea\n",
        b"Subject: 2\n",
    ]


def test_a_maildir_gives_new_and_current_mail_but_none_unfinished(tmp_path: Path) -> None:
    for name in ("cur/1.h:2,S", "new/2.h", "tmp/3.h", ".Sent/cur/4.h:2,", ".Sent/tmp/5.h"):
        write(tmp_path / name, FROM + MAIL)
    (tmp_path / ".Sent" / "new").mkdir()
    names = [item.origin.removeprefix(f"{tmp_path}/") for item in read(tmp_path)]
    assert names == [".Sent/cur/4.h:2,", "cur/1.h:2,S", "new/2.h"]
    assert set(bodies(tmp_path)) == {FROM + MAIL}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "an empty file"),
        (b"\n \r\n", "an empty file"),
        (b"Copyright 2031 Harbor\n\nAll rights.", "no mail: it has no mail headers"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF:", "a picture, not a mail"),
        (b"\x89PNG\r\n\x1a\n:", "a picture, not a mail"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 :", "a picture, not a mail"),
        (b"\x00\x00\x00\x18ftypheic:", "a picture, not a mail"),
        (b"\x00\x00\x00\x18ftypisom:", "a film, not a mail"),
        (b"BM\x00\x00\x00\x00\x00\x00\x00\x00:", "a picture, not a mail"),
        (b"PK\x03\x04:", "an archive, not a mail; unpack it first"),
        (b"x:".ljust(257, b"\0") + b"ustar", "an archive, not a mail; unpack it first"),
        (b"%PDF-1.7:", "a PDF document, not a mail"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1:", "an Outlook or Office file; save the mail as .eml"),
    ],
)
def test_what_is_no_mail_is_refused_with_its_reason(
    tmp_path: Path, content: bytes, reason: str
) -> None:
    assert reasons(write(tmp_path / "file.eml", content)) == [reason]


def test_a_mail_of_exactly_the_limit_is_taken_and_one_byte_more_refused(tmp_path: Path) -> None:
    file = write(tmp_path / "a.eml", MAIL)
    assert bodies(file) == [MAIL]
    assert reasons(file, limit=len(MAIL)) == []
    assert reasons(file, limit=len(MAIL) - 1) == ["0.0 MB; a mail may have 0.0 MB"]


def test_a_huge_mail_is_refused_without_being_held(tmp_path: Path) -> None:
    head, line = b"Subject: huge\n\n", b"x" * 999 + b"\n"
    write(tmp_path / "a.eml", head + line * 100_000)
    flat = line.replace(b"\n", b"x") * 100_000
    write(tmp_path / "b.mbox", FROM + head + flat + b"\n\n" + FROM + MAIL)
    del flat
    tracemalloc.start()
    items = read(tmp_path, limit=1_000_000)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [type(item) for item in items] == [Refused, Refused, Found]
    assert {i.reason for i in items if isinstance(i, Refused)} == {
        "100.0 MB; a mail may have 1.0 MB"
    }
    assert peak < 5_000_000


def test_links_to_folders_are_named_but_not_followed(tmp_path: Path) -> None:
    write(tmp_path / "a" / "1.eml", MAIL)
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    (tmp_path / "b.eml").symlink_to(tmp_path / "a" / "1.eml")
    (tmp_path / "c.eml").symlink_to(tmp_path / "nowhere")
    (tmp_path / "top").symlink_to(tmp_path / "a")
    assert reasons(tmp_path) == [
        "a link to a folder; import that folder itself",
        "no such file or directory",
        "a link to a folder; import that folder itself",
    ]
    assert bodies(tmp_path) == [MAIL, MAIL]
    assert bodies(tmp_path / "top") == [MAIL]


def test_a_pipe_is_refused_instead_of_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert reasons(tmp_path) == ["not a regular file"]


def test_names_of_any_bytes_can_be_shown(tmp_path: Path) -> None:
    write(Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.eml")), MAIL)
    assert read(tmp_path)[0].origin == f"{tmp_path}/caf�.eml"


@pytest.mark.parametrize("name", ["nowhere", "a\0b", "x" * 300, "loop"])
def test_a_path_that_cannot_be_read_is_one_clear_sentence(tmp_path: Path, name: str) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    with pytest.raises(PathUnreadable, match=r"cannot be read: [^.]+\.$"):
        messages(tmp_path / name, looks_like_mail=is_mail)


def test_what_may_not_be_read_is_refused_and_the_rest_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("a/1.eml", "b.eml", "c.eml"):
        write(tmp_path / name, MAIL)
    tmp_path.chmod(0o755)
    monkeypatch.chdir(tmp_path)  # the folders above may be closed to nobody
    for locked in ("a", "b.eml"):
        Path(locked).chmod(0)
    with nobody():
        assert reasons(Path()) == ["permission denied", "permission denied"]
        assert bodies(Path()) == [MAIL]
        with pytest.raises(PathUnreadable, match="permission denied"):
            messages(Path("a"), looks_like_mail=is_mail)
    Path("a").chmod(0o755)


def test_every_file_of_the_real_mails_is_accounted_for() -> None:
    data = Path(os.environ.get("SHOPAPP_DATA", "../shared/data")) / "mail"
    if not data.is_dir():
        pytest.skip(f"no test data: {data} is missing (set SHOPAPP_DATA)")
    items = read(data, limit=50_000_000)
    files = [path for path in data.rglob("*") if path.is_file()]
    assert Counter(item.origin for item in items) == Counter(map(str, files))
    assert all(Path(i.origin).read_bytes() == i.raw for i in items if isinstance(i, Found))
    refused = {Path(i.origin).name: i.reason for i in items if isinstance(i, Refused)}
    assert refused["LICENSE"] == "no mail: it has no mail headers"
