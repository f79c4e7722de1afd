from datetime import datetime

from sqlalchemy import ForeignKey, String, func
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .db import Base


class Account(Base):
    __tablename__ = "accounts"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(200), unique=True)
    password: Mapped[str] = mapped_column(String(200))
    company: Mapped[str] = mapped_column(String(100), default="")
    is_staff: Mapped[bool] = mapped_column(default=False)
    card_number: Mapped[str | None] = mapped_column(String(32))


class Parcel(Base):
    __tablename__ = "parcels"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(40), index=True)
    receiver: Mapped[str] = mapped_column(String(200))
    note: Mapped[str] = mapped_column(String(500), default="")
    status: Mapped[str] = mapped_column(String(20), default="new")
    weight: Mapped[float] = mapped_column(default=0.0)
    account_id: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    created: Mapped[datetime] = mapped_column(server_default=func.now())

    account: Mapped[Account] = relationship()
