"""Exports: a table as CSV, streamed from a reading session of its own in constant memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing

import structlog
from flask import Response
from sqlalchemy import Engine, event
from sqlalchemy.orm import ORMExecuteState
from werkzeug.utils import secure_filename

from shopapp.db import Session, db
from shopapp.sheets import writing
from shopapp.tenancy import bind
from shopapp.web.access import scope

Rows = Callable[[Session], Iterable[Sequence[object]]]
Text = Callable[[Session], Iterable[str]]
FETCHED = 1000  # rows a cursor hands over at once
SENT = 32 * 1024  # characters that make a piece
BROKEN = "This export is incomplete: something went wrong here. Download it again."
log = structlog.get_logger(__name__)


def streamed(filename: str, header: Sequence[str], rows: Rows) -> Response:
    """An answer that downloads `rows(session)` as the CSV file `filename`.

    `rows` gets a reading session bound to this request's store. It is called after the request's
    own session was settled, outside of Flask's contexts: take what it needs from the request
    before. Every select of that session is fetched in batches, so let `rows` be a generator and
    load no collections with a join. When `rows` fails midway, the last line of the file says that
    it is incomplete and the connection is broken off.
    """
    return downloaded(filename, "text/csv", lambda session: writing.lines(header, rows(session)))


def downloaded(filename: str, mimetype: str, text: Text) -> Response:
    """An answer that downloads the pieces of `text(session)`, under the rules of `streamed`."""
    response = Response(_pieces(db.engine, scope().store.id, text), mimetype=mimetype)
    name = secure_filename(filename) or "export"
    response.headers.set("Content-Disposition", "attachment", filename=name)
    response.headers["X-Accel-Buffering"] = "no"
    return response


def _pieces(engine: Engine, store_id: str, text: Text) -> Iterator[str]:
    with closing(Session(db, bind=engine)) as session:
        session.reading = True
        bind(session, store_id)
        event.listen(session, "do_orm_execute", _fetch_in_batches)
        try:
            yield from _joined(text(session))
        except Exception:
            log.exception("export.failed")
            yield f"\r\n{BROKEN}\r\n"
            raise


def _fetch_in_batches(state: ORMExecuteState) -> None:
    if state.is_select and not (state.is_relationship_load or state.is_column_load):
        state.update_execution_options(yield_per=FETCHED)


def _joined(lines: Iterable[str]) -> Iterator[str]:
    """The lines in pieces of about SENT characters: one write each, not one a line."""
    waiting: list[str] = []
    size = 0
    for line in lines:
        waiting.append(line)
        size += len(line)
        if size >= SENT:
            yield "".join(waiting)
            waiting, size = [], 0
    yield "".join(waiting)
