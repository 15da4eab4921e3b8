"""The pages of an import: upload, preview, result; each refusal says what to do."""

from __future__ import annotations

import pytest
from sqlalchemy import func

from shopapp.audit.models import AuditEvent
from shopapp.catalog.models import InventoryLevel, Order, Product, Variant
from shopapp.imports.models import FileImport, ImportState
from shopapp.jobs.models import Job
from tests import cast
from tests.conftest import SignIn
from tests.imports.desk import IMPORTS, ORDER, PRODUCT, Desk, orders, products, sheet


def test_without_imports_the_page_says_what_to_bring(desk: Desk) -> None:
    page = desk.client.get(IMPORTS).text
    assert "Bring your shop’s history" in page
    assert f"{IMPORTS}/new" in page


def test_a_checked_file_has_changed_nothing(desk: Desk) -> None:
    url = desk.checked(products())
    page = desk.client.get(url).text
    assert "Nothing has been imported yet" in page
    assert "Import 1 row" in page
    assert desk.all(Product.handle) == [("the-thing",)]


def test_importing_makes_rows_an_audit_line_and_drops_the_bytes(desk: Desk) -> None:
    url = desk.imported(products())
    assert "Imported." in desk.client.get(url).text
    assert ("tea",) in desk.all(Product.handle)
    assert desk.all(InventoryLevel.available) == [(7,)]
    assert desk.all(FileImport.content) == [(None,)]
    actions = [action for (action,) in desk.all(AuditEvent.action)]
    assert "file.imported" in actions


def test_the_same_file_again_is_announced_and_changes_nothing(desk: Desk) -> None:
    desk.imported(products())
    page = desk.client.get(desk.checked(products())).text
    assert "You imported this file on" in page
    assert "Everything in this file is here already" in page
    assert "Import anyway" in page


def test_refused_rows_are_named_and_can_be_downloaded(desk: Desk) -> None:
    bad = {**PRODUCT, "Handle": "pot", "Variant Price": "=cheap", "Variant SKU": "POT"}
    url = desk.checked(products(bad))
    page = desk.client.get(url).text
    assert "Variant Price" in page
    assert "is not an amount" in page
    assert "1 row would be left out" in page
    answer = desk.client.get(f"{url}/refusals.csv")
    lines = answer.text.splitlines()
    assert lines[0] == "Line,Column,What is wrong"
    assert lines[1].startswith("3,Variant Price,")


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty"),
        (b"PK\x03\x04" + b"\x00" * 40, "damaged or locked"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "Excel workbook"),
        (bytes(range(32)) * 20, "not a text file"),
        (b"a,b\n1,2\n", "These columns are missing: “Handle”"),
    ],
)
def test_what_is_no_such_file_is_refused_at_once(desk: Desk, content: bytes, sentence: str) -> None:
    answer = desk.bring(content)
    assert answer.status_code == 422
    assert sentence in answer.text
    assert desk.all(func.count(FileImport.id)) == [(0,)]


def test_a_file_of_another_kind_is_recognised(desk: Desk) -> None:
    answer = desk.bring(orders(), "products")
    assert answer.status_code == 422
    assert "Import it as Orders" in answer.text
    assert "new?kind=orders" in answer.text


def test_a_missing_column_is_named_on_the_page(desk: Desk) -> None:
    lacking = {name: cell for name, cell in ORDER.items() if name != "Created at"}
    page = desk.client.get(desk.checked(sheet(lacking), "orders")).text
    assert "has the column “Created at”, and this file has not" in page
    assert "retry-import" not in page


def test_without_a_file_the_form_comes_back(desk: Desk) -> None:
    answer = desk.client.post(f"{IMPORTS}/new", data={"kind": "orders"})
    assert answer.status_code == 422
    assert "Choose a file first." in answer.text


def test_cancelling_leaves_nothing(desk: Desk) -> None:
    url = desk.checked(products())
    answer = desk.client.post(f"{url}/cancellation", follow_redirects=True)
    assert "Nothing of this file was imported" in answer.text
    assert desk.row().state is ImportState.CANCELLED
    assert desk.all(FileImport.content) == [(None,)]


def test_cancelling_what_is_over_is_a_conflict(desk: Desk) -> None:
    url = desk.imported(products())
    answer = desk.client.post(f"{url}/cancellation")
    assert answer.status_code == 409
    assert "was over before" in answer.text


def test_two_people_cannot_both_import(desk: Desk) -> None:
    url = desk.checked(products())
    assert desk.run(url).status_code == 303
    again = desk.run(url)
    assert again.status_code == 409
    assert "meanwhile" in again.text
    desk.work()
    assert len(desk.all(Variant.id)) == 2


def test_while_it_works_the_page_asks_again_and_then_stops(desk: Desk) -> None:
    answer = desk.bring(products())
    url = answer.headers["Location"]
    assert 'hx-trigger="load delay:1s"' in desk.client.get(url).text
    desk.work()
    assert "load delay:1s" not in desk.client.get(url).text


def test_an_orders_import_has_its_facts_computed(desk: Desk) -> None:
    desk.imported(products())
    desk.imported(orders(), "orders")
    assert ("9007199254740993",) in desk.all(Order.shopify_id)
    names = {name for (name,) in desk.all(Job.name)}
    assert "flags.check" in names


@pytest.mark.parametrize("person", [cast.CLEO])
def test_staff_may_not(desk: Desk, sign_in: SignIn, person: cast.Person) -> None:
    url = desk.checked(products())
    client = sign_in(person)
    for path in (IMPORTS, f"{IMPORTS}/new", url, f"{url}/refusals.csv"):
        assert client.get(path).status_code == 403


def test_another_store_does_not_see_it(desk: Desk, sign_in: SignIn) -> None:
    url = desk.checked(products())
    assert sign_in(cast.DORA).get(url.replace("harbor", "hill")).status_code == 404
