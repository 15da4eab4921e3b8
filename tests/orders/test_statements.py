"""What the pages about flags and orders cost: a constant number of statements."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.flags.waiting import Harbor, waiting
from tests.inbox.test_queries_per_page import statements

LISTS = {"/harbor/orders/flags": 6, "/harbor/orders": 6, "/harbor/orders?tab=flagged": 6}
FLAG_STATEMENTS = ORDER_STATEMENTS = 7


def fill(harbor: Harbor, orders: int) -> None:
    """Orders that wait, each with a flag."""
    for number in range(2001, 2001 + orders):
        waiting(harbor.session, number)
    harbor.session.flush()
    harbor.check()
    harbor.session.commit()


@pytest.mark.parametrize("orders", [3, 60])
def test_a_list_costs_the_same_however_long_it_is(
    app: Flask, ben: FlaskClient, harbor: Harbor, orders: int
) -> None:
    fill(harbor, orders)
    for url, budget in LISTS.items():
        with statements(app) as seen:
            assert ben.get(url).status_code == 200
        assert len(seen) <= budget, seen


def test_a_flag_and_an_order_cost_a_few(app: Flask, ben: FlaskClient, harbor: Harbor) -> None:
    fill(harbor, 1)
    flag = harbor.only()
    with statements(app) as seen:
        assert ben.get(f"/harbor/orders/flags/{flag.id}").status_code == 200
    assert len(seen) <= FLAG_STATEMENTS, seen
    with statements(app) as seen:
        assert ben.get(f"/harbor/orders/{flag.order_id}").status_code == 200
    assert len(seen) <= ORDER_STATEMENTS, seen
