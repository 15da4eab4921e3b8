"""What is done to people and by them, one file per noun; people.py is known by its short name."""

from __future__ import annotations

from shopapp.account.actions.people import (
    LAST_ADMIN,
    OFF,
    WRONG,
    add_member,
    authenticate,
    change_password,
    change_role,
    create_user,
    end_sessions,
    note,
    note_later,
    remove_member,
    rename,
    set_active,
    set_password,
)

__all__ = [
    "LAST_ADMIN",
    "OFF",
    "WRONG",
    "add_member",
    "authenticate",
    "change_password",
    "change_role",
    "create_user",
    "end_sessions",
    "note",
    "note_later",
    "remove_member",
    "rename",
    "set_active",
    "set_password",
]
