"""Where an order is found elsewhere: in Shopify's admin, and in the inbox."""

from __future__ import annotations

import re

from flask import url_for

from shopapp.catalog.models import Order
from shopapp.stores.models import Store

_NUMBER = re.compile(r"(?:gid://shopify/Order/)?(\d+)")


def shopify_url(store: Store, order: Order) -> str:
    """The order's page in Shopify's admin; '' when its number or the shop is not known."""
    known = _NUMBER.fullmatch(order.shopify_id)
    if not store.shop_domain or known is None:
        return ""
    return f"https://{store.shop_domain}/admin/orders/{known[1]}"


def inbox_of(order: Order) -> str:
    """The inbox, filtered to the customer's tickets."""
    return url_for("inbox.tickets", q=order.email or order.name)
