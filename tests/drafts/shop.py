"""A made-up coffee shop: its passages, labelled mails, and packets for one customer's order."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from shopapp.drafts.grounding import (
    BrandVoice,
    CustomerFacts,
    FulfilmentFacts,
    LineFacts,
    OrderFacts,
    Packet,
    Passage,
    PassageKind,
)

LIBRARY = Path(__file__).parent / "library"
BRAND = BrandVoice("Harbor Coffee", agent_name="Mia", signature="Warm regards,\nMia\nHarbor Coffee")
ANNA = CustomerFacts("Anna", "Anna Berg", "anna@example.com", 3)
PARCEL = FulfilmentFacts(
    carrier="UPS",
    tracking_number="1Z999AA10123456784",
    tracking_url="https://track.example/1Z999AA10123456784",
    shipped_at=datetime(2026, 3, 10, 9, tzinfo=UTC),
    estimated_delivery=date(2026, 3, 16),
)


def read(name: str) -> Any:
    return json.loads((LIBRARY / f"{name}.json").read_text("utf-8"))


def passages() -> list[Passage]:
    return [
        Passage(
            kind=PassageKind(row["kind"]),
            id=row["id"],
            title=row["title"],
            body=row["body"],
            tags=tuple(row["tags"]),
            question=row.get("question", ""),
            private=tuple(row.get("private", ())),
        )
        for row in read("passages")
    ]


def order(status: str = "in-transit", name: str = "#1042", **changed: Any) -> OrderFacts:
    """An order of Anna's; `status` is preparing, in-transit, delivered or refunded."""
    delivered = datetime(2026, 3, 15, 12, tzinfo=UTC) if status == "delivered" else None
    parcel = FulfilmentFacts(
        PARCEL.carrier,
        PARCEL.tracking_number,
        PARCEL.tracking_url,
        PARCEL.shipped_at,
        PARCEL.estimated_delivery,
        delivered,
    )
    known: dict[str, Any] = {
        "name": name,
        "placed_at": datetime(2026, 3, 9, 8, tzinfo=UTC),
        "total": Decimal("54.00"),
        "currency": "USD",
        "financial_status": "refunded" if status == "refunded" else "paid",
        "fulfillment_status": "unfulfilled" if status == "preparing" else "fulfilled",
        "as_of": datetime(2026, 3, 12, 8, tzinfo=UTC),
        "lines": (LineFacts("Ethiopia Guji 250 g", 2, "HCR-ETH-250"),),
        "fulfilments": () if status == "preparing" else (parcel,),
    }
    return OrderFacts(**{**known, **changed})


def packet(status: str | None = "in-transit", **changed: Any) -> Packet:
    known: dict[str, Any] = {
        "brand": BRAND,
        "customer": ANNA,
        "order": order(status) if status else None,
    }
    return Packet(**{**known, **changed})
