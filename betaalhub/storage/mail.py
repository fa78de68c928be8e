"""The table of mails: what is to be told to whom paid, and how far that is. The address itself stays where it was given."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from betaalhub.domain.mail import MailSoort, MailStatus
from betaalhub.storage.rows import NumberedRow, one_of, reference
from betaalhub.storage.types import Tekst


class MailRow(NumberedRow):
    """One mail about one betaling. `zaak` is what it is about (ONTVANGST, or the nummer of a terugbetaling): each is told once.

    `gewenst_op`: since when it is to be sent; `keer`: how often it was wished for. `reden`: a code, never a text of the server.
    """

    __tablename__ = "mail"
    __table_args__ = (
        UniqueConstraint("betaling_id", "zaak", name="uq_mail_zaak"),
        one_of("soort", MailSoort),
        one_of("status", MailStatus),
    )

    betaling_id: Mapped[int] = reference("betaling", index=False)
    zaak: Mapped[str] = mapped_column(Tekst(30))
    soort: Mapped[str] = mapped_column(Tekst(20))
    status: Mapped[str] = mapped_column(Tekst(20))
    status_op: Mapped[datetime]
    gewenst_op: Mapped[datetime]
    keer: Mapped[int]
    reden: Mapped[str | None] = mapped_column(Tekst(60))
