"""What mail keeps, a class for each table."""

from shopapp.mail.models.domains import DomainCheck
from shopapp.mail.models.mail import (
    AUTOMATIC,
    AddressMark,
    AutomaticMail,
    FolderRole,
    Mailbox,
    MailEntry,
    MailFolder,
    MailHook,
    MailUpload,
    MarkedAddress,
    OutboundKind,
    OutboundMail,
    OutboundState,
    RawMail,
    RawState,
    SignIn,
    UploadState,
)

__all__ = [
    "AUTOMATIC",
    "AddressMark",
    "AutomaticMail",
    "DomainCheck",
    "FolderRole",
    "MailEntry",
    "MailFolder",
    "MailHook",
    "MailUpload",
    "Mailbox",
    "MarkedAddress",
    "OutboundKind",
    "OutboundMail",
    "OutboundState",
    "RawMail",
    "RawState",
    "SignIn",
    "UploadState",
]
