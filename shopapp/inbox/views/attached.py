"""Files that came with a form, kept before anything is written."""

from __future__ import annotations

from flask import request
from werkzeug.datastructures import FileStorage

from shopapp.inbox.actions import attaching
from shopapp.inbox.actions.attaching import Upload
from shopapp.inbox.parsing.filenames import safe_filename
from shopapp.mail import enclosing
from shopapp.mail.files import Files
from shopapp.web.access import Scope


def kept(here: Scope, *, may_be_none: bool = False) -> list[Upload]:
    """The form's files, kept with no transaction open; raises Invalid for none or too much.

    Rows that were loaded before have to be loaded again.
    """
    given = [each for each in request.files.getlist("files") if each.filename]
    contents = [_read(each) for each in given]
    if may_be_none and not contents:
        return []
    attaching.check([(name, len(content)) for name, content in contents])
    here.session.rollback()
    files = Files.of(here.config, here.store.id)
    return [
        _kept(files, name, content, number) for number, (name, content) in enumerate(contents, 1)
    ]


def _read(file: FileStorage) -> tuple[str, bytes]:
    """Its name and its bytes, one more than may be at most."""
    content = file.stream.read(attaching.LARGEST + 1)
    file.close()
    return file.filename or "", content


def _kept(files: Files, name: str, content: bytes, number: int) -> Upload:
    kind = enclosing.content_type(name, content[:64])
    filename = safe_filename(name, content_type=kind, number=number)
    return Upload(filename, kind, len(content), files.keep(content))
