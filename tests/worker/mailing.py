"""A town that sends mails, its mail server, and citizens who pay with an address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from betaalhub.domain.betaalopdracht import Betaler
from betaalhub.domain.evidence import PogingStatus
from betaalhub.domain.statuses import BetalerSoort
from betaalhub.errors import NeighbourError, Outcome
from betaalhub.flows.keys import Keys
from betaalhub.hub import Post
from betaalhub.ports import MailBericht
from betaalhub.storage.tables import (
    BetalingRow,
    MailRow,
    OutboxRow,
)
from betaalhub.web.mail import MailWriter
from tests.flows.town import Town, rapport

JANSEN, PIETERS = "j.jansen@example.nl", "p.pieters@example.nl"
NBSP = "\N{NO-BREAK SPACE}"


@dataclass
class Mailserver:
    """Takes every mail, or meets this trouble first."""

    sent: list[MailBericht] = field(default_factory=list)
    trouble: list[NeighbourError] = field(default_factory=list)
    before: Callable[[], object] = lambda: None

    def send(self, bericht: MailBericht, *, now: datetime) -> None:
        self.before()
        if self.trouble:
            raise self.trouble.pop(0)
        self.sent.append(bericht)

    def health(self) -> None:
        """Well."""


def trouble(outcome: Outcome, code: str) -> NeighbourError:
    return NeighbourError(outcome, code, neighbour="mailserver")


def sending(town: Town) -> Town:
    """The town with a mail server of its own, which sends mails."""
    post = Post(Mailserver(), MailWriter(telefoon="14 010"), per_hour=10)
    town.hub = replace(town.hub, keys=Keys(mails=True), post=post)
    return town


def server(town: Town) -> Mailserver:
    assert town.hub.post is not None
    assert isinstance(town.hub.post.server, Mailserver)
    return town.hub.post.server


def betaler(email: str | None, **more: Any) -> Betaler:
    return Betaler(more.pop("soort", BetalerSoort.BURGER), email=email, **more)


def pays(
    town: Town, *opdrachten: Any, email: str | None = None, referentie: str | None = None, taal: str = "nl"
) -> BetalingRow:
    """The citizen pays these in one go, and the PSP says so."""
    for other in opdrachten[1:]:
        assert town.joins(other, into=opdrachten[0])
    wish = replace(
        town.wish(opdrachten[0], f"form-{next(town.numbers)}"), email=email, referentie=referentie, taal=taal
    )
    assert town.pays(opdrachten[0], wish).url
    betaling = town.all(BetalingRow)[-1]
    money(town, betaling)
    return betaling


def money(town: Town, betaling: BetalingRow) -> None:
    town.psp.answer = PogingStatus.APPROVED
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(PogingStatus.APPROVED, cents=betaling.bedrag_cent, at=town.clock()))


def mail(town: Town) -> MailRow:
    """The newest mail."""
    return town.all(MailRow)[-1]


def waiting(town: Town) -> list[OutboxRow]:
    return [row for row in town.all(OutboxRow) if row.soort == "MAIL"]
