"""Redactions are noted outside the database before anything goes; a restore does them again."""

from __future__ import annotations

from collections.abc import Sequence

from flask import current_app

from shopapp.config import Config
from shopapp.ops.backups import redactions
from shopapp.ops.backups.redactions import Redaction
from shopapp.ops.models import RequestKind
from shopapp.ops.privacy import actions


def remember(config: Config, kind: RequestKind, store_id: str, subject: Sequence[str] = ()) -> None:
    """Note a redaction in the instance folder and beside the backups: hashes, no identifiers.

    It may call a bucket, so no transaction is open, and a redaction that cannot be noted must not
    begin: the next restore would bring everything back. Raises BackupError, ConnectorError.
    """
    redactions.note(config, actions.as_redaction(kind, store_id, subject))


@redactions.on_replay(RequestKind.REDACT_CUSTOMER)
@redactions.on_replay(RequestKind.REDACT_STORE)
def redact_again(redaction: Redaction) -> None:
    """What was removed since the backup was made is removed from what it brought back."""
    actions.replay(current_app.config["SHOPAPP"], redaction)
