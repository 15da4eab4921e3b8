"""The edge is tested with CSRF protection on, as it is served."""

from __future__ import annotations

import pytest
from flask import Flask


@pytest.fixture
def app(app: Flask) -> Flask:
    """The application as it is served."""
    app.config["WTF_CSRF_ENABLED"] = True
    return app
