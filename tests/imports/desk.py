"""Bringing files in tests: small exports, an upload, the worker, the page afterwards."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from shopapp.db import Session
from shopapp.imports.models import FileImport
from shopapp.jobs import worker
from shopapp.schedule import HANDLERS
from tests import cast
from tests.conftest import OpenStore, SignIn

assert HANDLERS  # every job of the installation can be done here
IMPORTS = "/harbor/imports"
PRODUCT = {"Handle": "tea", "Title": "Tea", "Option1 Value": "Small", "Variant SKU": "TEA-S"}
ORDER = {
    "Name": "#2001",
    "Email": "Ann@mail.example",
    "Financial Status": "paid",
    "Total": "25.00",
    "Created at": "2026-10-01 10:00:00 +0200",
    "Lineitem quantity": "2",
    "Lineitem name": "Tea - Small",
    "Lineitem price": "12.50",
    "Lineitem sku": "TEA-S",
    "Id": "9007199254740993",
}


def sheet(*rows: Mapping[str, str]) -> bytes:
    """A CSV file with the columns of all rows."""
    header = list(dict.fromkeys(name for row in rows for name in row))
    text = io.StringIO()
    writer = csv.DictWriter(text, header, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def products(*more: Mapping[str, str], price: str = "12.50") -> bytes:
    """A product export."""
    return sheet({**PRODUCT, "Variant Price": price, "Variant Inventory Qty": "7"}, *more)


def orders(*more: Mapping[str, str], **changed: str) -> bytes:
    """An order export."""
    return sheet({**ORDER, **changed}, *more)


@dataclass(frozen=True)
class Desk:
    """Ben brings files to Harbor; the worker is asked to work."""

    app: Flask
    client: FlaskClient
    open_store: OpenStore

    def bring(
        self, content: bytes, kind: str = "products", name: str = "file.csv", **fields: str
    ) -> TestResponse:
        """Upload a file."""
        data = {"kind": kind, "file": (io.BytesIO(content), name), **fields}
        return self.client.post(f"{IMPORTS}/new", data=data)

    def checked(self, content: bytes, kind: str = "products") -> str:
        """Upload a file and have it checked; the address of its page."""
        answer = self.bring(content, kind)
        assert answer.status_code == 303, answer.text
        self.work()
        return answer.headers["Location"]

    def imported(self, content: bytes, kind: str = "products") -> str:
        """Upload, check, import; the address of its page."""
        url = self.checked(content, kind)
        self.run(url)
        self.work()
        return url

    def run(self, url: str, **more: str) -> TestResponse:
        """Press Import."""
        version = str(self.row().version)
        return self.client.post(f"{url}/run", data={"version": version, **more})

    def work(self) -> None:
        """The worker does everything that is due."""
        worker.drain(self.app)

    def session(self) -> Session:
        """A session on Harbor."""
        return self.open_store("harbor")

    def row(self) -> FileImport:
        """The newest import."""
        with self.session() as session:
            rows = select(FileImport).order_by(FileImport.id.desc())
            return session.scalars(rows.limit(1)).one()

    def all(self, *columns: Any) -> Sequence[tuple[Any, ...]]:
        """The rows of a select in the store."""
        with self.session() as session:
            return [tuple(row) for row in session.execute(select(*columns))]


@pytest.fixture
def desk(app: Flask, sign_in: SignIn, store_session: OpenStore) -> Desk:
    return Desk(app, sign_in(cast.BEN), store_session)
