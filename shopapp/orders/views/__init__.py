"""Orders in trouble: the pages."""

from __future__ import annotations

from flask import Blueprint

orders = Blueprint("orders", __name__, url_prefix="/<handle>/orders")

from shopapp.orders.views import flagged, listing, order, working  # noqa: E402, F401
