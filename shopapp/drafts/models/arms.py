"""DraftArm: which side of the comparison a ticket is on, to measure what drafts save."""

from __future__ import annotations

import enum
from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from shopapp.columns import choice
from shopapp.db import Base, ref
from shopapp.tenancy import StoreOwned


class Arm(enum.StrEnum):
    """Tickets that get a draft as ever, and tickets that get none."""

    DRAFTED = "drafted"
    HELD_OUT = "held_out"


class DraftArm(StoreOwned, Base):
    """A ticket's side, given once and kept whatever the share becomes later.

    `hold_out` is the percentage that held then, `intent` what the first mail asked for. `left_at`:
    when somebody wanted a draft all the same; such a ticket is in no comparison any more.
    """

    __tablename__ = "draft_arm"
    __table_args__ = (UniqueConstraint("store_id", "ticket_id"),)

    ticket_id: Mapped[str] = ref("ticket.id")
    arm: Mapped[Arm] = mapped_column(choice(Arm, "arm"))
    hold_out: Mapped[int]
    intent: Mapped[str]
    left_at: Mapped[datetime | None]
    left_by_id: Mapped[str | None] = ref("app_user.id", ondelete="SET NULL")
