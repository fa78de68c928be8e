"""The kinds of work that wait in the outbox, each about one object."""

from __future__ import annotations

from enum import StrEnum


class OutboxSoort(StrEnum):
    """What is to be done; the object is a betaling, a betaalopdracht, a boekingsbatch, a terugbetaling or a mail."""

    VRAAG_PSP = "VRAAG_PSP"  # betaling: ask the PSP
    STATUSBERICHT = "STATUSBERICHT"  # betaalopdracht: bring its product system up to date
    BOEKINGSBATCH = "BOEKINGSBATCH"  # boekingsbatch: bring it to the ERP, or ask what became of it
    VERVAL = "VERVAL"  # betaalopdracht: its time to pay is over
    TERUGBETALING = "TERUGBETALING"  # terugbetaling: bring it to the PSP, or ask what became of it
    MAIL = "MAIL"  # mail: send it
