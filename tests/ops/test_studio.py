"""The studio: one store's rows, asked in every way, with secrets masked and nothing written."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import insert, select

from shopapp import ids
from shopapp.catalog.models import Customer, Order
from shopapp.clock import now
from shopapp.config import Config
from shopapp.db import Session
from shopapp.inbox.models import Ticket
from shopapp.jobs import ledger
from shopapp.ops.studio.reading import SIZE
from shopapp.ops.studio.tables import SHARES, tables
from shopapp.tenancy import StoreOwned
from tests import apps, cast
from tests.conftest import OpenStore, SignIn

HOME = "/harbor/system/studio"
CANARY = "canary-that-nobody-may-see"


@pytest.fixture
def ada(sign_in: SignIn) -> FlaskClient:
    return sign_in(cast.ADA)


def many(session: Session, number: int, **values: Any) -> None:
    """Customers with the same name, each with its own address."""
    stores = {"store_id": cast.HARBOR.id, "first_name": "Zoe", "last_name": "", **values}
    rows = [{"id": ids.new_id(), "email": f"z{n:03}@mail.example", **stores} for n in range(number)]
    session.execute(insert(Customer), rows)
    session.commit()


def test_every_table_of_a_store_is_there_with_its_rows(ada: FlaskClient) -> None:
    page = ada.get(HOME).text
    for name in tables():
        assert f'href="{HOME}/{name}"' in page
    owned = {name for name, each in tables().items() if issubclass(each.model, StoreOwned)}
    assert {each.__tablename__ for each in SHARES} == tables().keys() - owned


@pytest.mark.parametrize("name", [*tables()])
def test_no_table_shows_a_row_of_another_store(
    ada: FlaskClient, store_session: OpenStore, name: str
) -> None:
    hill = store_session("hill")
    ledger.enqueue(hill, "hill.job", store_id=cast.HILL.id, arguments={})
    hill.commit()
    table = tables()[name]
    theirs = hill.scalars(select(table.model.id).where(table.share(cast.HILL.id))).all()
    hill.rollback()
    listed = ada.get(f"{HOME}/{name}").text
    taken = ada.post(f"{HOME}/{name}/exports", data={"format": "json"}).text
    for key in theirs:
        assert key not in listed
        assert key not in taken
        assert ada.get(f"{HOME}/{name}/{key}").status_code == 404


def test_the_platforms_tables_show_this_stores_share(ada: FlaskClient) -> None:
    people = ada.get(f"{HOME}/app_user").text
    assert cast.BEN.email in people
    assert cast.DORA.email not in people
    assert cast.EVE.email not in people
    assert ada.get(f"{HOME}/app_user/{cast.DORA.id}").status_code == 404


@pytest.mark.parametrize(
    ("question", "found"),
    [
        ("q=LEAF+IN+THE+PARCEL", 1),
        ("q=nothing+like+it", 0),
        ("column=subject&operator=contains&value=leaf", 1),
        ("column=subject&operator=starts&value=where", 1),
        ("column=status&operator=is&value=open", 2),
        ("column=status&operator=not&value=open", 0),
        ("column=number&operator=least&value=2", 1),
        ("column=number&operator=below&value=2", 1),
        ("column=closed_at&operator=empty", 2),
        ("column=closed_at&operator=filled", 0),
        ("column=last_message_at&operator=least&value=2020-01-01", 2),
        ("column=last_message_at&operator=below&value=2020-01-01+10:00", 0),
        ("column=draft_ready&operator=is&value=yes", 0),
        ("column=assignee_id&operator=not&value=nobody", 2),
        ("column=number&operator=is&value=1&column=status&operator=is&value=open", 1),
        ("column=&operator=contains&value=ignored", 2),
        ("column=subject&operator=contains&value=%25", 0),
    ],
)
def test_rows_can_be_asked_for(ada: FlaskClient, question: str, found: int) -> None:
    answer = ada.get(f"{HOME}/ticket?{question}")
    assert answer.status_code == 200
    assert answer.text.count('<th scope="row"') == found
    taken = ada.post(f"{HOME}/ticket/exports?{question}", data={"format": "json"})
    assert len(json.loads(taken.text)) == found


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("column=nothing&operator=is&value=1", "no column “nothing”"),
        ("column=subject&operator=least&value=1", "subject can be asked with “contains”"),
        ("column=subject&operator=; drop table&value=1", "subject can be asked with"),
        ("column=number&operator=is&value=many", "compared with a number"),
        ("column=number&operator=is&value=1.5", "compared with a number"),
        ("column=number&operator=is&value=99999999999999999999", "compared with a number"),
        ("column=last_message_at&operator=least&value=soon", "a date or a moment"),
        ("column=status&operator=is&value=gone", "one of open, pending"),
        ("column=draft_ready&operator=is&value=perhaps", "yes or no"),
        ("sort=nothing", "no column “nothing”"),
        ("show=nothing", "no column “nothing”"),
        ("&".join(["column=subject&operator=filled"] * 9), "At most 8 conditions"),
    ],
)
def test_what_cannot_be_asked_is_refused_in_a_sentence(
    ada: FlaskClient, question: str, sentence: str
) -> None:
    answer = ada.get(f"{HOME}/ticket?{question}")
    assert answer.status_code == 422
    assert sentence in answer.text.replace("&#34;", '"')
    assert '<th scope="row"' not in answer.text
    assert ada.post(f"{HOME}/ticket/exports?{question}").status_code in (200, 422)


@pytest.mark.parametrize("path", ["nothing", "user_session", "alembic_version", "pg_roles"])
def test_an_unknown_table_is_404(ada: FlaskClient, path: str) -> None:
    assert ada.get(f"{HOME}/{path}").status_code == 404
    assert ada.get(f"{HOME}/{path}/x").status_code == 404
    assert ada.post(f"{HOME}/{path}/exports").status_code == 404


@pytest.mark.parametrize("order", ["up", "down"])
@pytest.mark.parametrize("sort", ["id", "email", "phone", "lifetime_value", "created_at"])
def test_paging_there_and_back_shows_every_row_once(
    ada: FlaskClient, store_session: OpenStore, sort: str, order: str
) -> None:
    harbor = store_session("harbor")
    many(harbor, SIZE + 10, phone="1")
    many(harbor, SIZE + 10, phone=None)
    url, forth = f"{HOME}/customer?sort={sort}&order={order}&q=zoe", []
    pages = [url]
    while url:
        page = ada.get(url).text
        forth.append(rows_of(page))
        url = link(page, "next")
        pages.append(url)
    assert [len(each) for each in forth] == [SIZE, SIZE, 20]
    assert len({key for each in forth for key in each}) == 2 * SIZE + 20
    url = link(ada.get(pages[2]).text, "previous")
    assert rows_of(ada.get(url).text) == forth[1]
    url = link(ada.get(url).text, "previous")
    assert rows_of(ada.get(url).text) == forth[0]
    assert link(ada.get(url).text, "previous") == ""


def rows_of(page: str) -> list[str]:
    return [part.partition('"')[0] for part in page.split(f'href="{HOME}/customer/')[1:]]


def link(page: str, way: str) -> str:
    _, _, rest = page.partition(f'id="page-{way}" href="')
    return rest.partition('"')[0].replace("&amp;", "&") if rest else ""


def test_a_page_behind_a_row_that_is_gone_is_the_first(ada: FlaskClient) -> None:
    for way in ("before", "after"):
        assert ada.get(f"{HOME}/ticket?{way}=gone").text.count('<th scope="row"') == 2


def test_a_row_leads_both_ways(ada: FlaskClient, store_session: OpenStore) -> None:
    harbor = store_session("harbor")
    order_id, customer_id = harbor.execute(select(Order.id, Order.customer_id)).first() or ("", "")
    harbor.rollback()
    page = ada.get(f"{HOME}/sales_order/{order_id}").text
    assert f'href="{HOME}/customer/{customer_id}"' in page
    behind = f"{HOME}/order_line?column=order_id&operator=is&value={order_id}"
    assert behind.replace("&", "&amp;") in page
    assert ada.get(behind).text.count('<th scope="row"') == 1


def test_columns_can_be_chosen(ada: FlaskClient) -> None:
    page = ada.get(f"{HOME}/ticket?show=subject&show=version").text
    head = page.partition("<thead>")[2].partition("</thead>")[0]
    assert [
        name for name in ("subject", "version", "status", "priority") if f">{name}" in head
    ] == [
        "subject",
        "version",
    ]


@pytest.mark.parametrize("path", ["", "/ticket", "/ticket?sort=subject&q=a", "/customer/{id}"])
def test_a_page_takes_the_same_few_statements_whatever_there_is(
    config: Config, store_session: OpenStore, path: str
) -> None:
    harbor = store_session("harbor")
    key = harbor.scalars(select(Customer.id)).first()
    harbor.rollback()
    url = HOME + path.format(id=key)
    with apps.app_of(replace(config, debug_headers=True)) as app:
        ada = apps.signed_in(app, cast.ADA)
        before = int(ada.get(url).headers["X-Queries"])
        many(harbor, SIZE + 1)
        harbor.add_all(
            Ticket(
                number=100 + n,
                subject="a",
                customer_email="z@mail.example",
                customer_id=key,
                last_message_at=now() - timedelta(days=n),
            )
            for n in range(SIZE + 1)
        )
        harbor.commit()
        assert int(ada.get(url).headers["X-Queries"]) == before <= 5


@pytest.mark.parametrize("person", [cast.BEN, cast.CLEO])
def test_only_admins_look_into_tables(sign_in: SignIn, person: cast.Person) -> None:
    assert sign_in(person).get(HOME).status_code == 403
