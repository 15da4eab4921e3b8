"""A worker that dies in the middle leaves nothing behind; the next one does it once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, update
from sqlalchemy.exc import OperationalError

from shopapp import clock
from shopapp.catalog.importing import products as room
from shopapp.catalog.models import Product, Variant
from shopapp.imports import kinds
from shopapp.imports.gauge import Gauge
from shopapp.imports.models import FileImport, ImportState
from shopapp.jobs.models import Job
from shopapp.sheets.importing import Importer, Progress, Report
from tests.imports.desk import PRODUCT, Desk, products


class Killed(BaseException):
    """The worker is gone: nothing below catches this."""


class Faltering:
    """The products importer, which ends with `error` after its last write, `times` times."""

    def __init__(self, error: BaseException, times: int) -> None:
        self.error, self.left = error, times

    def __call__(
        self,
        session: Any,
        content: bytes,
        options: Mapping[str, str],
        *,
        write: bool,
        progress: Progress,
    ) -> Report:
        report = room.run(session, content, options, write=write, progress=progress)
        if write and self.left:
            self.left -= 1
            raise self.error
        return report


def falter(monkeypatch: pytest.MonkeyPatch, error: BaseException, times: int = 1) -> None:
    old = room.PRODUCTS
    new = Importer(old.kind, old.label, old.explanation, (), Faltering(error, times), old.columns)
    others = [each for each in kinds.IMPORTERS if each is not old]
    monkeypatch.setattr(kinds, "IMPORTERS", (new, *others))


def let_leases_run_out(desk: Desk) -> None:
    with desk.session() as session:
        past = clock.now() - timedelta(minutes=5)
        session.execute(update(Job).values(leased_until=past, run_at=past))
        session.commit()


def counted(desk: Desk) -> list[object]:
    return [*desk.all(func.count(Product.id)), *desk.all(func.count(Variant.id))]


def test_a_killed_import_is_rolled_back_and_done_once(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    falter(monkeypatch, Killed())
    before = counted(desk)
    url = desk.checked(products({**PRODUCT, "Handle": "pot", "Variant SKU": "POT"}))
    desk.run(url)
    with pytest.raises(Killed):
        desk.work()
    assert counted(desk) == before
    assert desk.row().state is ImportState.RUNNING
    let_leases_run_out(desk)
    desk.work()
    assert counted(desk) == [(3,), (3,)]
    assert "Imported." in desk.client.get(url).text


def test_a_database_that_faltered_is_tried_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    falter(monkeypatch, OperationalError("select", {}, Exception("it went away")))
    url = desk.checked(products())
    desk.run(url)
    desk.work()
    assert "Trying again in a moment" in desk.client.get(url).text
    let_leases_run_out(desk)
    desk.work()
    assert desk.row().state is ImportState.DONE


def test_what_breaks_is_told_and_can_be_tried_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    falter(monkeypatch, RuntimeError("the kettle boiled over"))
    url = desk.checked(products())
    desk.run(url)
    desk.work()
    page = desk.client.get(url).text
    assert "the kettle boiled over" in page
    assert "Nothing was imported." in page
    assert counted(desk) == [(1,), (1,)]
    desk.client.post(f"{url}/retry")
    desk.work()
    assert "Nothing has been imported yet" in desk.client.get(url).text


def test_an_import_given_up_says_so_and_can_be_tried_again(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    falter(monkeypatch, Killed(), times=9)
    url = desk.checked(products())
    desk.run(url)
    for _ in range(3):
        with pytest.raises(Killed):
            desk.work()
        let_leases_run_out(desk)
    desk.work()
    page = desk.client.get(url).text
    assert "The worker stopped in the middle of it" in page
    assert "retry-import" in page


def test_cancelled_while_it_runs_nothing_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    url = desk.checked(products())
    desk.run(url)
    desk.client.post(f"{url}/cancellation")
    desk.work()
    assert counted(desk) == [(1,), (1,)]
    assert desk.row().state is ImportState.CANCELLED


def test_the_gauge_is_gone_when_the_work_is_over(desk: Desk) -> None:
    desk.imported(products())
    assert Gauge(desk.app.config["SHOPAPP"].instance, desk.row().id).read() is None


def test_a_retry_without_the_file_asks_for_it(desk: Desk) -> None:
    url = desk.checked(products())
    with desk.session() as session:
        session.execute(update(FileImport).values(state=ImportState.FAILED, content=None))
        session.commit()
    answer = desk.client.post(f"{url}/retry")
    assert answer.status_code == 422
    assert "Upload it again" in answer.text


@pytest.mark.dialects("postgresql")  # on SQLite nobody else writes while an import does
def test_cancelled_in_the_middle_nothing_stays(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    url = ""

    def run(
        session: Any,
        content: bytes,
        options: Mapping[str, str],
        *,
        write: bool,
        progress: Progress,
    ) -> Report:
        report = room.run(session, content, options, write=write, progress=progress)
        if write:
            desk.client.post(f"{url}/cancellation")
            progress(1, 1)
        return report

    old = room.PRODUCTS
    new = Importer(old.kind, old.label, old.explanation, (), run, old.columns)
    monkeypatch.setattr(kinds, "IMPORTERS", (new,))
    url = desk.checked(products())
    desk.run(url)
    desk.work()
    assert counted(desk) == [(1,), (1,)]
    assert desk.row().state is ImportState.CANCELLED
