"""What only one dialect has: triggers, functions, policies, words, as a database lists them."""

from __future__ import annotations

from sqlalchemy import Engine, text

QUERIES = {
    "sqlite": r"""
        SELECT 'trigger ' || name FROM sqlite_master WHERE type = 'trigger'
        UNION SELECT 'table ' || name FROM sqlite_master
              WHERE type = 'table'
                AND (name = 'search_entry' OR name LIKE 'search\_words%' ESCAPE '\')
    """,
    "postgresql": """
        SELECT 'trigger ' || tgname FROM pg_trigger WHERE NOT tgisinternal
        UNION SELECT 'policy ' || policyname FROM pg_policies WHERE schemaname = 'public'
        UNION SELECT 'function ' || proname FROM pg_proc
              WHERE pronamespace = 'public'::regnamespace
        UNION SELECT 'index ' || indexrelid::regclass FROM pg_index
              WHERE indexprs IS NOT NULL AND indrelid > 16383
        UNION SELECT 'index ' || indexname FROM pg_indexes WHERE indexdef LIKE '%USING gin%'
        UNION SELECT 'column ' || attname FROM pg_attribute
              WHERE attgenerated <> '' AND NOT attisdropped
        UNION SELECT 'view ' || viewname FROM pg_views WHERE schemaname = 'public'
        UNION SELECT 'type ' || typname FROM pg_type
              WHERE typnamespace = 'public'::regnamespace AND typtype IN ('e', 'd')
    """,
}


def dialect_objects(engine: Engine) -> set[str]:
    """'trigger audit_event_no_delete' and the like."""
    with engine.connect() as connection:
        return set(connection.scalars(text(QUERIES[engine.dialect.name])))
