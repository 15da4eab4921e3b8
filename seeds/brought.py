"""Files the team brought: read by the real importers, then left as they stand."""

from __future__ import annotations

from collections.abc import Sequence

from seeds.stage import Stage
from shopapp import clock
from shopapp.accounts.models import User
from shopapp.catalog.importing.products import PRODUCTS
from shopapp.imports.actions import deciding
from shopapp.imports.models import FileImport, ImportState
from shopapp.jobs.models import Job, JobState

HEADER = "Handle,Title,Vendor,Option1 Name,Option1 Value,Variant SKU,Variant Price"
GOOD = (
    "lantern,Harbour Lantern,Bell Rock Pottery,Size,Small,LANTERN-S,34.00",
    "lantern,,,,Large,LANTERN-L,52.00",
    "rope,Sailor’s Rope,Northgate Imports,Length,5 m,ROPE-5,12.50",
)
BAD = (
    "anchor,Brass Anchor,Bell Rock Pottery,Size,One,ANCHOR-1,12.5O",
    "buoy,Cork Buoy,Northgate Imports,Size,One,BUOY-1,-3",
)


def checked(stage: Stage, rows: Sequence[str], *, filename: str, by: User) -> FileImport:
    """A file of products that was checked and waits for somebody's word."""
    content = "\n".join((HEADER, *rows, "")).encode()
    brought = deciding.bring(stage.session, PRODUCTS, filename, content, {}, by=by)
    _done(stage, brought)
    report = PRODUCTS.run(
        stage.session, content, {}, write=False, progress=lambda _done, _total: None
    )
    brought.state = ImportState.CHECKED
    brought.rows_total, brought.rows_refused = report.rows, report.refused
    brought.counts, brought.sample = dict(report.counts), list(report.sample)
    brought.problems = [each._asdict() for each in report.problems]
    return brought


def broken(stage: Stage, *, filename: str, by: User) -> FileImport:
    """A file that ended in the middle when it was checked."""
    content = "\n".join((HEADER, *GOOD)).encode()
    brought = deciding.bring(stage.session, PRODUCTS, filename, content, {}, by=by)
    _done(stage, brought)
    brought.state, brought.content = ImportState.FAILED, None
    brought.error = "The file ends in the middle of a quoted cell that begins in line 4."
    brought.finished_at = clock.now()
    return brought


def _done(stage: Stage, brought: FileImport) -> None:
    """Its job was the worker's and is over."""
    job = stage.session.get_one(Job, brought.job_id)
    job.state, job.attempts, job.finished_at = JobState.DONE, 1, clock.now()
