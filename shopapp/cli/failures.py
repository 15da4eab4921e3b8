"""Which errors a person at the terminal can act on, and what is said of them."""

from __future__ import annotations

from shopapp.config import ConfigError
from shopapp.connectors.errors import ConnectorError
from shopapp.crypto.instance import InstanceError
from shopapp.crypto.keyrings import KeyringError
from shopapp.mail.sources import PathUnreadable
from shopapp.ops import troubles
from shopapp.ops.backups.errors import BackupError
from shopapp.ops.copying import CannotCopy
from shopapp.ops.copying.marks import UnfinishedCopy
from shopapp.ops.database import DatabaseNewer
from shopapp.ops.roles import CannotGrant
from shopapp.ops.schema import SchemaError
from shopapp.ops.serving import CannotServe
from shopapp.ops.start import NotReady
from shopapp.refusals import Refused
from shopapp.sheets.refusing import Unreadable

_SAID_BY_US = (
    BackupError,
    CannotCopy,
    CannotGrant,
    CannotServe,
    ConfigError,
    DatabaseNewer,
    InstanceError,
    KeyringError,
    NotReady,
    PathUnreadable,
    Refused,
    SchemaError,
    UnfinishedCopy,
    Unreadable,
)


def sentence(error: Exception) -> str | None:
    """One sentence, or None for an error that is ours to mend and keeps its traceback."""
    if isinstance(error, _SAID_BY_US):
        return str(error)
    if isinstance(error, ConnectorError):
        return " ".join(filter(None, (error.message, error.fix)))
    return troubles.sentence(error)
