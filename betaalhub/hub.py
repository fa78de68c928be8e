"""The hub in hand: everything that a step needs to reach the register and the neighbours, made once by `app`."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from betaalhub.domain.betaalopdracht import Limits
from betaalhub.errors import MISCONFIGURED, NeighbourError, Outcome
from betaalhub.flows.keys import Keys, Portaal
from betaalhub.flows.mail_view import MailStand
from betaalhub.ports import ErpPort, MailBericht, MailPort, ProductsysteemPort, PspPort


@dataclass(frozen=True, slots=True)
class Post:
    """How mails leave: the mail server, and who puts into words what is to be told. At most `per_hour` to one address."""

    server: MailPort
    write: Callable[[MailStand], MailBericht]
    per_hour: int


@dataclass(frozen=True, slots=True)
class Hub:
    """One process's view of the house. `clock` gives the time in UTC; ports are shared between threads."""

    sessions: sessionmaker[Session]
    psps: Mapping[str, PspPort]  # by the code of the PSP account
    erp: ErpPort
    productsysteem: Callable[[str], ProductsysteemPort]  # by the address of the product system
    clock: Callable[[], datetime]
    keys: Keys
    limits: Limits
    portaal: Portaal
    soap_url: str
    attempt: timedelta  # how long a betaling stays open at the PSP
    lease: timedelta  # how long a worker may hold a piece of work
    post: Post | None = None  # this installation sends no mails
    pause: Callable[[float], None] = time.sleep  # waits so many seconds for somebody else, with nothing open

    def psp(self, account: str) -> PspPort:
        """The PSP account with this code; NeighbourError MISCONFIGURED when this process has no settings for it."""
        port = self.psps.get(account)
        if port is None:
            raise NeighbourError(Outcome.NOT_DONE, MISCONFIGURED, neighbour=f"PSP account {account}")
        return port
