"""Every text, JSON and bytes column a store owns: erased, swept, or free of customers and why.

A test goes through all columns of all tables: a new one has to be placed here.
"""

from __future__ import annotations

# emptied on the person's own rows, and swept on everybody else's
ERASED: dict[str, tuple[str, ...]] = {
    "customer": ("shopify_id", "email", "first_name", "last_name", "phone", "note", "tags"),
    "sales_order": ("email", "note", "tags", "shipping_name", "shipping_city", "shipping_country"),
    "fulfillment": ("tracking_number", "tracking_url"),
    "csat_rating": ("asked_email", "comment"),
    "ticket": ("subject", "customer_email", "customer_name", "preview"),
    "ticket_message": (
        "author_name",
        "author_email",
        "recipients",
        "cc",
        "bcc",
        "reply_to",
        "subject",
        "message_id",
        "in_reply_to",
        "reference_ids",
        "body_html",
        "body_text",
        "visible_text",
        "quoted_text",
        "signature_text",
        "notes",
        "threading_reason",
        "delivery_detail",
    ),
    "ticket_event": ("actor_name", "detail"),
    "raw_mail": ("content", "origin", "error"),
    "outbound_mail": ("recipients", "subject", "content", "enclosures", "last_error"),
    "order_flag": ("evidence", "notes", "resolution_notes"),
    "audit_event": ("before", "after"),
}
# the person's own rows go as a whole; these columns are swept on everybody else's
DELETED: dict[str, tuple[str, ...]] = {
    "ai_draft": (
        "content",
        "reason",
        "context_packet",
        "sources",
        "error",
        "final_text",
        "diff",
        "score",
        "feedback",
        "discard_reason",
    ),
    "ai_draft_revision": ("body", "recipients"),
    "attachment": ("filename", "content_id"),
    "message_alias": ("message_id",),
}
# nobody's own rows: mentions are replaced
SWEPT: dict[str, tuple[str, ...]] = {
    "automatic_mail": ("address",),
    "marked_address": ("address", "detail"),
    "message_move": ("former_reason",),
    "ticket_participant": ("address",),
    "connection_event": ("message", "detail"),
    "file_import": ("filename", "content", "options", "problems", "sample", "error"),
    "mail_upload": ("filename", "reasons", "error"),
    "kpi_cache": ("payload",),
    "knowledge_article": ("title", "body"),
    "macro": ("title", "body", "intents"),
    "tag": ("name",),
    "sender_verdict": ("address",),
    "inbox_rule": ("name", "conditions", "actions", "trial", "last_error"),
    "bulk_change": ("tickets",),
    "saved_view": ("name", "query"),
    "purchase_order": ("notes", "cancel_reason"),
    "purchase_order_line": ("reason",),
    "seo_insight": ("title", "description", "evidence", "ignored_reason"),
    "vendor": ("terms", "address"),
    "product_velocity": ("reasons",),
}
# columns that name one person: another one of the same name keeps theirs
NAMING = frozenset(
    (
        "customer.first_name",
        "customer.last_name",
        "sales_order.shipping_name",
        "ticket.customer_name",
        "ticket_message.author_name",
    )
)

_STATE = "a word from a list of ours or of Shopify's"
_GOODS = "says what is sold, not who bought it"
_OWN = "the store's own words and addresses"
_SEALED = "sealed, or a hash"
_RULE = "says which rule, not whom it met"
_KEY = "ours, made without anything of the person's"

FREE: dict[str, str] = {
    "ai_draft.model": _KEY,
    "ai_draft.version": _KEY,
    "ai_draft.subject_id": _KEY,
    "ai_draft.context_hash": _SEALED,
    "ai_draft.edit_class": _STATE,
    "attachment.content_type": _STATE,
    "attachment.sha256": _SEALED,
    "attachment.scan_state": _STATE,
    "attachment.scan_detail": "the name a scanner gives to a virus",
    "audit_event.actor_name": "a colleague, who answers for what they did",
    "audit_event.action": _STATE,
    "audit_event.subject_type": _STATE,
    "audit_event.subject_id": _KEY,
    "audit_event.source": _STATE,
    "audit_event.request_id": _KEY,
    "bulk_change.verb": "the team's own words",
    "connection_event.integration": _STATE,
    "connection_event.correlation_id": _KEY,
    "data_key.*": _SEALED,
    "file_import.kind": _STATE,
    "file_import.sha256": _SEALED,
    "inbox_settings.*": _OWN,
    "fulfillment.shopify_id": "the parcel's number in the order's accounts",
    "fulfillment.status": _STATE,
    "fulfillment.shipment_status": _STATE,
    "fulfillment.carrier": _STATE,
    "inventory_level.*": _GOODS,
    "knowledge_article.url": _OWN,
    "kpi_cache.metric_key": _STATE,
    "kpi_cache.source": _STATE,
    "location.*": _OWN,
    "mailbox.*": _OWN,
    "marked_address.mark": _STATE,
    "mail_entry.error": "says how large a mail is, or what its server answers",
    "mail_folder.*": _OWN,
    "domain_check.*": _OWN,
    "shadow_comparison.*": _STATE,
    "order_flag.shopify_order_id": "the order's number in the accounts",
    "order_flag.flag_type": _RULE,
    "order_line.*": _GOODS,
    "outbound_mail.idempotency_key": _KEY,
    "outbound_mail.message_id": _KEY,
    "outbound_mail.envelope_from": _OWN,
    "outbound_mail.transport": _STATE,
    "postponement.decision": _KEY,
    "product.*": _GOODS,
    "product_velocity.sku": _GOODS,
    "product_velocity.method": _RULE,
    "purchase_order.number": _KEY,
    "purchase_order.currency": _STATE,
    "purchase_order_line.sku": _GOODS,
    "purchase_order_line.vendor_sku": _GOODS,
    "purchase_order_line.title": _GOODS,
    "mail_hook.token": "the public part of an address of this installation",
    "mail_hook.last_failure": "why a request was refused, in our own words",
    "mail_upload.state": _STATE,
    "mail_upload.counts": _STATE,
    "raw_mail.file": _SEALED,
    "raw_mail.sha256": "a hash: keeps the same mail from being taken in again",
    "rule_run.occasion": _KEY,
    "sales_order.shopify_id": "the order's number in the accounts",
    "sales_order.name": "the order's number in the accounts",
    "sales_order.currency": _STATE,
    "sales_order.financial_status": _STATE,
    "sales_order.fulfillment_status": _STATE,
    "sales_order.risk_level": _STATE,
    "search_metric.*": "search engines report queries without who asked",
    "seo_insight.rule": _RULE,
    "seo_insight.fingerprint": _SEALED,
    "seo_insight.category": _RULE,
    "seo_insight.resource_type": _STATE,
    "seo_insight.resource_id": _GOODS,
    "seo_insight.resource_url": _GOODS,
    "seo_insight.impact_unit": _STATE,
    "store_secret.*": _SEALED,
    "store_settings.*": _OWN,
    "ticket.channel": _STATE,
    "ticket.spam_reasons": "which signs a mail bore, not whose it was",
    "ticket.shopify_order_id": "the order's number in the accounts",
    "ticket_event.kind": _STATE,
    "ticket_message.kind": _STATE,
    "variant.*": _GOODS,
    "vendor.name": _OWN,
    "vendor.email": _OWN,
    "vendor.currency": _STATE,
    "vendor_item.*": _GOODS,
}


def swept() -> dict[str, tuple[str, ...]]:
    """The columns in which anybody's mention of the person is looked for, by table."""
    return {**ERASED, **DELETED, **SWEPT}
