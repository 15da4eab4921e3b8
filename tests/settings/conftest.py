"""Harbor's settings: Ada runs the store, and may not be alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import Engine, select

from shopapp.accounts.models import Membership, Role
from shopapp.db import Session, db
from shopapp.tenancy import bind
from tests import cast
from tests.conftest import SignIn

Harbor = Callable[[Callable[[Session], Any]], Any]


@pytest.fixture
def ada(sign_in: SignIn) -> FlaskClient:
    """An admin of Harbor."""
    return sign_in(cast.ADA)


@pytest.fixture
def ben(sign_in: SignIn, harbor: Harbor) -> FlaskClient:
    """A second admin of Harbor: Ben was promoted."""

    def promote(session: Session) -> None:
        row = session.scalars(select(Membership).where(Membership.user_id == cast.BEN.id)).one()
        row.role = Role.ADMIN

    harbor(promote)
    return sign_in(cast.BEN)


@pytest.fixture
def harbor(engine: Engine) -> Harbor:
    """`harbor(lambda session: …)`: what that says, in a transaction of its own that ends."""

    def ask(question: Callable[[Session], Any]) -> Any:
        with Session(db, bind=engine, expire_on_commit=False) as session:
            bind(session, cast.HARBOR.id)
            answer = question(session)
            session.commit()
            return answer

    return ask
