"""Small exports of other help desks, in the shapes their documentation gives."""

from __future__ import annotations

from typing import Any

GORGIAS: Any = {
    "data": [
        {
            "id": 7,
            "name": "Where is it",
            "actions": [
                {
                    "name": "setResponseText",
                    "arguments": {
                        "body_text": "Hi {{ticket.customer.firstname|fallback('there')}},\n"
                        "#{{ticket.customer.integrations.shopify.orders[0].order_number}} is at "
                        "{{ticket.customer.integrations.shopify.orders[0].fulfillments[0]"
                        ".tracking_urls[0]}}. {{ticket.customer.integrations.magento2.sku}}"
                    },
                },
                {"name": "addTags", "arguments": {"tags": "WISMO, Shipping"}},
                {"name": "setStatus", "arguments": {"status": "closed"}},
            ],
        },
        {
            "id": 11,
            "subject": "Broken cup",
            "status": "closed",
            "customer": {"name": "Ann Lee", "email": "Ann@Mail.example"},
            "tags": [{"name": "Damage"}],
            "messages": [
                {
                    "body_text": "It is broken.",
                    "from_agent": False,
                    "message_id": "<q1@mail.example>",
                    "sender": {"name": "Ann Lee", "email": "ann@mail.example"},
                    "created_datetime": "2026-03-01T10:00:00.000000+01:00",
                },
                {
                    "body_html": "<p>A new one is on its way.</p>",
                    "from_agent": True,
                    "sender": {"name": "Ben", "email": "ben@harbor.example"},
                    "created_datetime": "2026-03-01T11:00:00",
                    "attachments": [{"name": "label.pdf"}],
                },
                {
                    "body_text": "Take it from the returns.",
                    "from_agent": True,
                    "channel": "internal-note",
                    "created_datetime": "2026-03-01T11:30:00",
                },
            ],
        },
        {
            "id": 12,
            "subject": "Still open",
            "status": "open",
            "customer": {"email": "bo@mail.example"},
            "messages": [{"body_text": "Hello?", "created_datetime": "2026-03-02T10:00:00"}],
        },
        {"id": 13, "status": "closed", "messages": []},
    ]
}
ZENDESK: Any = [
    {
        "macros": [
            {
                "title": "Refund::Approved",
                "active": False,
                "actions": [
                    {
                        "field": "comment_value_html",
                        "value": "<p>Dear {{ticket.requester.first_name}},</p>"
                        "<p>{{dc.refund_text}}</p>",
                    },
                    {"field": "current_tags", "value": "refund approved"},
                ],
            },
            {"title": "Only a tag", "actions": [{"field": "current_tags", "value": "vip"}]},
        ]
    },
    {
        "id": 35,
        "subject": "Return",
        "status": "solved",
        "tags": ["return"],
        "requester": {"id": 9, "name": "Cy", "email": "cy@mail.example"},
        "comments": [
            {"author_id": 9, "body": "How?", "public": True, "created_at": "2026-01-05T08:00:00Z"},
            {"author_id": 4, "body": "So.", "public": True, "created_at": "2026-01-05T09:00:00Z"},
            {"author_id": 4, "body": "VIP", "public": False, "created_at": "2026-01-05T09:01:00Z"},
        ],
    },
]
HELPSCOUT: Any = {
    "_embedded": {
        "savedReplies": [
            {
                "id": 1,
                "name": "Thanks",
                "text": "Hi {%customer.firstName,fallback=there%},<br>{%conversation.number%}",
            }
        ],
        "conversations": [
            {
                "number": 99,
                "subject": "Gift",
                "status": "closed",
                "tags": [{"tag": "gift"}],
                "primaryCustomer": {"first": "Di", "last": "Ko", "email": "di@mail.example"},
                "_embedded": {
                    "threads": [
                        {
                            "type": "message",
                            "body": "Yes.",
                            "createdAt": "2026-02-01T10:00:00Z",
                            "createdBy": {"first": "Ben", "email": "ben@harbor.example"},
                        },
                        {
                            "type": "customer",
                            "body": "Do you wrap gifts?",
                            "createdAt": "2026-02-01T09:00:00Z",
                            "createdBy": {"first": "Di", "email": "di@mail.example"},
                        },
                        {"type": "lineitem", "createdAt": "2026-02-01T10:01:00Z"},
                    ]
                },
            }
        ],
    }
}
