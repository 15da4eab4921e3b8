"""Fixtures of this room: Harbor's flags and orders, and who looks at them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from tests import cast
from tests.conftest import OpenStore, SignIn
from tests.flags.waiting import Resting


@pytest.fixture
def harbor(store_session: OpenStore) -> Resting:
    """Harbor beside its pages."""
    session = store_session("harbor")
    session.expire_on_commit = False
    return Resting(session)


@pytest.fixture
def ada(sign_in: SignIn) -> FlaskClient:
    """The admin."""
    return sign_in(cast.ADA)


@pytest.fixture
def ben(sign_in: SignIn) -> FlaskClient:
    """The agent."""
    return sign_in(cast.BEN)


@pytest.fixture
def cleo(sign_in: SignIn) -> FlaskClient:
    """Of the staff."""
    return sign_in(cast.CLEO)
