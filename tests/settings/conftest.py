"""Harbor's settings: Ada runs the store, and may not be alone."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from shopapp.accounts.models import Membership, Role
from tests import cast
from tests.conftest import OpenStore, SignIn


@pytest.fixture
def ada(sign_in: SignIn) -> FlaskClient:
    """An admin of Harbor."""
    return sign_in(cast.ADA)


@pytest.fixture
def ben(sign_in: SignIn, store_session: OpenStore) -> FlaskClient:
    """A second admin of Harbor: Ben was promoted."""
    session = store_session("harbor")
    row = session.scalars(select(Membership).where(Membership.user_id == cast.BEN.id)).one()
    row.role = Role.ADMIN
    session.commit()
    return sign_in(cast.BEN)
