"""Replies as mail programs around the world announce, mark and sign them."""

from __future__ import annotations

import pytest

from shopapp.inbox.quoting import split_reply
from tests.inbox.written_mail import NEW, OLD, lines, sections


@pytest.mark.parametrize("announcement", [each for _, each in sections("announcements")])
@pytest.mark.parametrize("mark", ["", "> "])
def test_the_new_words_stand_above_the_announcement(announcement: str, mark: str) -> None:
    reply = split_reply(f"{NEW}\n\n{announcement}\n\n{mark}{OLD}\n{mark}\n{mark}Ann\n")
    assert (reply.visible, reply.signature) == (NEW, "")
    assert OLD in reply.quoted


@pytest.mark.parametrize("line", lines("device_lines"))
def test_what_a_device_adds_is_a_signature(line: str) -> None:
    reply = split_reply(f"{NEW}\n\n{line}\n\n> {OLD}\n")
    assert (reply.visible, reply.signature, reply.quoted) == (NEW, line, f"> {OLD}")
    assert split_reply(f"{NEW}\n\n{line}").signature == line
