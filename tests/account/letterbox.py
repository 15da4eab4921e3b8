"""Mail that shopapp itself wrote, as it lies in the outbox folder, and the links in it."""

from __future__ import annotations

import re
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from flask import Flask

from shopapp import schedule
from shopapp.config import Config
from shopapp.jobs import worker

LINK = re.compile(r"https?://[^/\s]+(/(?:invitations|reset)/\S+)")


def work(app: Flask) -> None:
    """Do every job that is due."""
    assert schedule.HANDLERS
    worker.drain(app)


def letters(app: Flask) -> list[EmailMessage]:
    """Every mail of the installation, once every job that is due is done."""
    work(app)
    config: Config = app.config["SHOPAPP"]
    found = sorted(
        (config.instance / "outbox").rglob("*.eml"), key=lambda path: path.stat().st_mtime
    )
    return [message_from_bytes(path.read_bytes(), policy=default) for path in found]  # type: ignore[misc]


def text(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def link_in(letter: EmailMessage) -> str:
    """The path its link leads to."""
    found = LINK.search(text(letter))
    assert found, text(letter)
    return found[1]


def link_to(app: Flask, email: str) -> str:
    """The path in the last mail to an address."""
    return link_in([each for each in letters(app) if each["To"] == email][-1])
