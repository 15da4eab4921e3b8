"""The velocity page: first use, old figures, measuring again, basis, export, drafts."""

from __future__ import annotations

import csv
import io
import re

from bs4 import BeautifulSoup
from sqlalchemy import delete, select

from shopapp.catalog.models import Variant
from shopapp.jobs.models import Job
from shopapp.metrics.models import DailySales
from shopapp.purchasing.actions import measuring
from shopapp.purchasing.models import PurchaseOrderLine
from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.inbox.reading import PARTIAL
from tests.purchasing.measured import VELOCITY, Plant, article, measure, plant, row

__all__ = ["plant"]


def test_without_products_the_page_leads_to_the_imports(
    sign_in: SignIn, store_session: OpenStore
) -> None:
    with store_session("harbor") as session:
        session.execute(delete(Variant))
        session.commit()
    text = sign_in(cast.ADA).get(VELOCITY).text
    for kind in ("products", "orders", "sales-history"):
        assert f"kind={kind}" in text
    assert "Measure" not in text


def test_what_was_never_measured_says_so(sign_in: SignIn) -> None:
    text = sign_in(cast.BEN).get(VELOCITY).text
    assert "not measured yet" in text
    assert "Measure now" in text


def test_a_history_that_ended_is_said_to_have_ended(
    sign_in: SignIn, store_session: OpenStore
) -> None:
    with store_session("harbor") as session:
        article(session, "OLD", stock=5, daily=4, until=400)
        measure(session)
        last = max(session.scalars(select(DailySales.day)))
        session.commit()
    text = sign_in(cast.BEN).get(VELOCITY).text
    assert f"Sales are known until {last.day} {last:%b %Y}." in text


def test_measuring_again_is_one_job_with_its_progress(
    sign_in: SignIn, plant: Plant, store_session: OpenStore
) -> None:
    plant()
    ben = sign_in(cast.BEN)
    for _ in range(2):
        answer = ben.post(f"{VELOCITY}/measuring", headers=PARTIAL)
        assert "waiting for a worker" in answer.text
    with store_session("harbor") as session:
        (job,) = session.scalars(select(Job).where(Job.name == measuring.JOB)).all()
        job_id = job.id
        job.state, job.progress_done, job.progress_total = "running", 3, 5
        session.commit()
    assert "3 of 5" in ben.get(f"{VELOCITY}/measuring", headers=PARTIAL).text
    with store_session("harbor") as session:
        session.get_one(Job, job_id).state = "done"
        session.commit()
    text = ben.get(f"{VELOCITY}/measuring", headers=PARTIAL).text
    assert "Show new figures" in text
    assert "hx-trigger" not in text
    assert ben.post(f"{VELOCITY}/measuring").status_code == 303


def test_staff_reads_but_neither_measures_nor_orders(sign_in: SignIn, plant: Plant) -> None:
    plant()
    cleo = sign_in(cast.CLEO)
    text = cleo.get(VELOCITY).text
    assert "RISK" in text
    assert 'name="variant"' not in text
    assert "Measure again" not in text
    assert cleo.post(f"{VELOCITY}/measuring").status_code == 403


def test_the_basis_of_a_figure_is_shown(sign_in: SignIn, plant: Plant) -> None:
    plant()
    ben = sign_in(cast.BEN)
    link = row(ben.get(VELOCITY).text, "RISK").select_one("a[data-row]")
    assert link
    text = ben.get(str(link["href"])).text
    assert "Sells 4.0 a day, 2 days left, vendor takes 21 ± 5 days." in text
    assert "classic formula" in text
    part = ben.get(str(link["href"]), headers=PARTIAL).text
    assert part.lstrip().startswith('<div class="stack basis-body"')


def test_the_basis_of_what_was_never_measured_says_so(
    sign_in: SignIn, store_session: OpenStore
) -> None:
    with store_session("harbor") as session:
        variant = session.scalars(select(Variant.id)).one()
    assert "Not measured yet" in sign_in(cast.BEN).get(f"{VELOCITY}/{variant}").text


def test_the_view_downloads_as_csv(sign_in: SignIn, plant: Plant) -> None:
    plant()
    answer = sign_in(cast.CLEO).get(f"{VELOCITY}.csv?view=all&q=tea")
    assert answer.mimetype == "text/csv"
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert [each["sku"] for each in rows] == ["RISK", "FINE", "PLENTY", "THING-1", "SILENT"]
    assert rows[0]["on hand"] == "9"
    assert rows[0]["per day 30"] == "4.0"
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", rows[0]["stock-out"])


def test_chosen_articles_go_onto_a_draft(
    sign_in: SignIn, plant: Plant, store_session: OpenStore
) -> None:
    plant()
    ben = sign_in(cast.BEN)
    page = BeautifulSoup(ben.get(f"{VELOCITY}?view=all").text, "html.parser")
    form = page.select_one("#velocity form[action$='/orders']")
    assert form
    box = row(str(page), "RISK").select_one("input[name=variant]")
    assert box
    answer = ben.post(str(form["action"]), data={"variant": str(box["value"])})
    assert answer.status_code == 303
    with store_session("harbor") as session:
        line = session.scalars(select(PurchaseOrderLine)).one()
        assert line.variant_id == box["value"]
