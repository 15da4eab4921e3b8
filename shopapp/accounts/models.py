"""User, UserSession, Membership and Invitation: people, and what they may do in which store."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from shopapp.columns import Json, choice
from shopapp.db import Base, ref
from shopapp.ids import new_id
from shopapp.stores.models import Store

if TYPE_CHECKING:
    UserMixin = Any  # the real one says that ids are numbers
else:
    from flask_security.core import UserMixin


class Role(enum.StrEnum):
    ADMIN = "admin"
    AGENT = "agent"
    STAFF = "staff"


class User(UserMixin, Base):  # type: ignore[misc]
    """A person who signs in. A platform table: people work for several stores."""

    __tablename__ = "app_user"

    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(default="")
    password: Mapped[str | None] = mapped_column(deferred=True)
    active: Mapped[bool] = mapped_column(default=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
    fs_uniquifier: Mapped[str] = mapped_column(unique=True, default=new_id)
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(unique=True)
    tf_primary_method: Mapped[str | None]
    tf_totp_secret: Mapped[str | None] = mapped_column(deferred=True)
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(Json(list[str]), deferred=True)
    last_login_at: Mapped[datetime | None]

    memberships: Mapped[list[Membership]] = relationship(lazy="raise", back_populates="user")

    @property
    def roles(self) -> list[str]:
        """Always empty: roles belong to memberships; Flask-Security only needs the name."""
        return []


class UserSession(Base):
    """A browser in which a person is signed in; once ended, its cookie is worth nothing."""

    __tablename__ = "user_session"

    user_id: Mapped[str] = ref("app_user.id")
    token_hash: Mapped[str] = mapped_column(unique=True)
    user_agent: Mapped[str] = mapped_column(default="")
    address: Mapped[str] = mapped_column(default="")
    is_remembered: Mapped[bool] = mapped_column(default=False)
    last_seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Membership(Base):
    """A user's role in one store. A platform table, read before a session is bound."""

    __tablename__ = "membership"
    __table_args__ = (UniqueConstraint("store_id", "user_id"),)

    store_id: Mapped[str] = ref("store.id", index=False)
    user_id: Mapped[str] = ref("app_user.id")
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    last_active_at: Mapped[datetime | None]

    user: Mapped[User] = relationship(lazy="raise", back_populates="memberships")
    store: Mapped[Store] = relationship(lazy="raise")


class Invitation(Base):
    """An offer of a membership, accepted once through a link. A platform table."""

    __tablename__ = "invitation"
    __table_args__ = (UniqueConstraint("store_id", "email"),)

    store_id: Mapped[str] = ref("store.id", index=False)
    email: Mapped[str]
    role: Mapped[Role] = mapped_column(choice(Role, "role"))
    token_hash: Mapped[str] = mapped_column(unique=True)
    invited_by_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
    expires_at: Mapped[datetime]
    accepted_at: Mapped[datetime | None]
