"""Files of a message: attachments to download, its inline pictures, and the mail as it came."""

from __future__ import annotations

from typing import BinaryIO

from flask import abort, send_file, url_for
from werkzeug.wrappers import Response

from shopapp.accounts.models import Role
from shopapp.connectors.errors import ConnectorError
from shopapp.inbox.actions import scanning
from shopapp.inbox.models import Attachment
from shopapp.inbox.pictures import HEAD, picture_in
from shopapp.inbox.queries import tickets as queries
from shopapp.inbox.views import inbox
from shopapp.mail import queries as mails
from shopapp.mail.files import Files
from shopapp.mail.originals import OriginalMissing
from shopapp.web.access import EVERYONE, allow, scope
from shopapp.web.htmx import found, moved

HELD = 403
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
LOCKED = "default-src 'none'; sandbox"


@inbox.get("/attachments/<attachment_id>")
@allow(*EVERYONE)
def attachment(attachment_id: str) -> Response:
    """Download an attachment; it is never opened inside the page."""
    row: Attachment = found(queries.attachment(scope().session, attachment_id))
    return _sent(row)


@inbox.get("/attachments/<attachment_id>/picture")
@allow(*EVERYONE)
def attachment_picture(attachment_id: str) -> Response:
    """A picture in a tab of its own, if its bytes are one that a browser may show."""
    row: Attachment = found(queries.attachment(scope().session, attachment_id))
    return _shown(row)


@inbox.post("/attachments/<attachment_id>/scan")
@allow(Role.ADMIN, Role.AGENT)
def attachment_scan(attachment_id: str) -> Response:
    """Show it to the virus scanner once more."""
    here = scope()
    row: Attachment = found(queries.attachment(here.session, attachment_id))
    scanning.ask_for_scan(here.session, row)
    message = found(queries.message(here.session, row.ticket_message_id))
    to = url_for("inbox.ticket", ticket_id=message.ticket_id)
    return moved(to, say=f"{row.filename} is scanned again")


@inbox.get("/messages/<message_id>/pictures/<path:content_id>")
@allow(*EVERYONE)
def message_picture(message_id: str, content_id: str) -> Response:
    """A picture a mail brought along and shows in its text."""
    message = found(queries.message(scope().session, message_id))
    pictures = [item for item in message.attachments if item.content_type in PICTURES]
    row = found(next((item for item in pictures if item.content_id == content_id), None))
    return _shown(row)


@inbox.get("/messages/<message_id>/raw")
@allow(*EVERYONE)
def message_raw(message_id: str) -> Response:
    """The mail byte for byte, to keep or to look into."""
    here = scope()
    message = found(queries.message(here.session, message_id))
    original = found(mails.original(here.session, message.raw_mail_id or ""))
    if original.is_forgotten:
        abort(404, "The mail as it came is kept for a while only: its text is in the ticket.")
    try:
        file = original.open(Files.of(here.config, here.store.id))
    except OriginalMissing as missing:
        abort(404, str(missing))
    except ConnectorError as error:
        abort(503, f"The mail cannot be fetched: {error}")
    response = send_file(file, "message/rfc822")
    response.headers["Content-Disposition"] = f'attachment; filename="{message.id}.eml"'
    response.headers["Content-Security-Policy"] = LOCKED
    return response


def size_in_words(size: int) -> str:
    """'12 kB'."""
    for unit in ("B", "kB", "MB"):
        if size < 1000:
            return f"{size} {unit}"
        size = round(size / 1000)
    return f"{size} GB"


def _sent(item: Attachment) -> Response:
    response = send_file(
        _opened(item),
        "application/octet-stream",
        as_attachment=True,
        download_name=item.filename,
    )
    return _locked(response)


def _shown(item: Attachment) -> Response:
    """Only real raster images of a bearable size, whatever the mail called them."""
    file = _opened(item)
    picture = picture_in(file.read(HEAD))
    if picture is None or not picture.can_be_shown:
        file.close()
        abort(404, "This file cannot be shown as a picture. Download it instead.")
    file.seek(0)
    return _locked(send_file(file, picture.content_type, download_name=item.filename))


def _opened(item: Attachment) -> BinaryIO:
    here = scope()
    if (reason := scanning.refusal(item, here.config)) is not None:
        abort(HELD, reason)
    try:
        return Files.of(here.config, here.store.id).open(item.sha256)
    except FileNotFoundError:
        abort(404, "The file of this attachment is missing where attachments are kept.")
    except ConnectorError as error:
        abort(503, f"The file cannot be fetched: {error}")


def _locked(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = LOCKED
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
