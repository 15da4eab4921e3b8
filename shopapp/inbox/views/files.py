"""Files of a message: attachments to download, its inline pictures, and the mail as it came."""

from __future__ import annotations

from flask import abort, send_file
from werkzeug.wrappers import Response

from shopapp.inbox.models import Attachment
from shopapp.inbox.queries import tickets as queries
from shopapp.inbox.views import inbox
from shopapp.mail import queries as mails
from shopapp.mail.files import Files
from shopapp.web.access import EVERYONE, allow, scope
from shopapp.web.htmx import found

PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
LOCKED = "default-src 'none'; sandbox"


@inbox.get("/attachments/<attachment_id>")
@allow(*EVERYONE)
def attachment(attachment_id: str) -> Response:
    """Download an attachment; it is never opened inside the page."""
    row: Attachment = found(queries.attachment(scope().session, attachment_id))
    return _sent(row, as_attachment=True)


@inbox.get("/messages/<message_id>/pictures/<path:content_id>")
@allow(*EVERYONE)
def message_picture(message_id: str, content_id: str) -> Response:
    """A picture a mail brought along and shows in its text."""
    message = found(queries.message(scope().session, message_id))
    pictures = [item for item in message.attachments if item.content_type in PICTURES]
    row = found(next((item for item in pictures if item.content_id == content_id), None))
    return _sent(row, as_attachment=False)


@inbox.get("/messages/<message_id>/raw")
@allow(*EVERYONE)
def message_raw(message_id: str) -> Response:
    """The mail byte for byte, to keep or to look into."""
    here = scope()
    message = found(queries.message(here.session, message_id))
    mail = found(mails.raw(here.session, message.raw_mail_id or ""))
    if mail.content is None:
        abort(404, "The mail as it came is kept for a while only: its text is in the ticket.")
    response = Response(mail.content, mimetype="message/rfc822")
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


def _sent(item: Attachment, *, as_attachment: bool) -> Response:
    here = scope()
    path = Files.of(here.config.instance, here.store.id).path(item.sha256)
    if not path.exists():
        abort(404, "The file of this attachment is missing in the instance folder.")
    kind = item.content_type if item.content_type in PICTURES else "application/octet-stream"
    response = send_file(path, kind, as_attachment=as_attachment, download_name=item.filename)
    response.headers["Content-Security-Policy"] = LOCKED
    response.headers["Cache-Control"] = "private, max-age=3600"
    return response
