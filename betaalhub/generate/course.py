"""What a story can do: every step goes through the flow or step that the hub itself takes."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from betaalhub.domain.betaalopdracht import BetaalopdrachtVerzoek, Betaler, ProductregelVerzoek
from betaalhub.domain.evidence import PogingStatus
from betaalhub.domain.producten import Product
from betaalhub.domain.statuses import BetalerSoort, LeveringStatus, Prijsregel, TerugbetalingStatus
from betaalhub.domain.verzoeken import (
    IntrekkingVerzoek,
    LeveringsregelVerzoek,
    LeveringVerzoek,
    RegistratieVerzoek,
    TerugbetaalregelVerzoek,
    TerugbetalingVerzoek,
)
from betaalhub.errors import BetaalhubError
from betaalhub.flows.checkout import PayWish
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.keys import Omgeving
from betaalhub.flows.register_betaling import register_betaling
from betaalhub.flows.report_levering import report_levering
from betaalhub.flows.request_terugbetaling import request_terugbetaling
from betaalhub.flows.resolve_uitval import resolve_uitval, ways
from betaalhub.flows.resolve_uitval_zaak import Keuze
from betaalhub.flows.start_betaling import StartBetalingAntwoord, start_betaling
from betaalhub.flows.terugbetaling_besluit import decide
from betaalhub.flows.winkelmandje import join
from betaalhub.flows.withdraw import withdraw
from betaalhub.generate.marks import EMAIL, KLANT, NAAM, mark
from betaalhub.generate.neighbours import MemoryErp
from betaalhub.generate.scratch import Scratch, Seller
from betaalhub.steps.ask_psp import ask_psp
from betaalhub.steps.pay import pay
from betaalhub.storage.database import reading, with_retries
from betaalhub.storage.tables import (
    BetaalmethodeRow,
    BetaalopdrachtRow,
    BetalingRow,
    OutboxRow,
    ProductregelRow,
    PspAccountRow,
    TerugbetalingRow,
    UitvalRow,
    WinkelmandjeRow,
)
from betaalhub.worker.loop import run_until_idle

T = TypeVar("T")
_WORTH = (950, 1_250, 2_250, 3_500, 4_750, 6_400, 8_900, 12_350, 18_900, 27_500, 41_600, 89_000, 245_000)  # cents


class Course:
    """One story of one zender, from its first moment on."""

    def __init__(self, scratch: Scratch, seller: Seller, product: Product, began: datetime) -> None:
        """`product` is the one that the first productregel sells."""
        self._scratch, self._seller, self._product, self._began = scratch, seller, product, began
        self._hub, self._clock = scratch.hub, scratch.clock
        self._clock.now = began
        self.rng: random.Random = scratch.rng
        self.erp: MemoryErp = scratch.erp

    @property
    def age(self) -> timedelta:
        """How long ago it began."""
        return self._clock.now - self._began

    def waits(self, passed: timedelta) -> None:
        """Time passes."""
        self._clock.now += passed

    def works_until(self, age: timedelta) -> None:
        """The worker does everything that is due before the story is so old."""
        end = self._began + age
        while True:
            run_until_idle(self._hub)
            due = self._next_due()
            if due is None or due > end:
                break
            self._clock.now = max(due, self._clock.now)
        self._clock.now = max(end, self._clock.now)

    def _next_due(self) -> datetime | None:
        with reading(self._hub.sessions) as session:
            return session.scalar(select(func.min(OutboxRow.due_at)).where(OutboxRow.state == "R"))

    def _works(self) -> None:
        self.waits(timedelta(seconds=self.rng.randrange(1, 20)))
        run_until_idle(self._hub)

    def offers(self, *, regels: int, beside: StartBetalingAntwoord | None = None) -> StartBetalingAntwoord:
        """The product system starts a betaling with so many productregels; `beside` is of the same administratie."""
        seller = self._seller if beside is None else self.rng.choice(self._neighbours())
        lines = tuple(self._line(seller, nummer, first=beside is None) for nummer in range(1, regels + 1))
        verzoek = BetaalopdrachtVerzoek(
            zender=seller.code,
            referentienummer=self._mark("REF"),
            kenmerk=self._mark("KENMERK"),
            regels=lines,
            totaal_cent=sum(line.bedrag_cent for line in lines),
            terugkeer_url=seller.terugkeer_url,
            betaler=Betaler(BetalerSoort.BURGER, NAAM, EMAIL, "nl"),
            klant_kenmerk=KLANT if self.rng.random() < 0.7 else None,
        )
        antwoord = self._in_transaction(
            lambda session: start_betaling(session, verzoek, aanroeper=self._scratch.caller, omgeving=self._omgeving())
        )
        self._works()
        return antwoord

    def _neighbours(self) -> list[Seller]:
        return [one for one in self._scratch.sellers if one.administratie_id == self._seller.administratie_id]

    def _line(self, seller: Seller, nummer: int, *, first: bool) -> ProductregelVerzoek:
        product = self._product if first and nummer == 1 else self.rng.choice(seller.producten)
        aantal = self.rng.choice((1, 1, 1, 1, 2, 3))
        cents = self._price(product) * aantal
        zaak = self._mark("ZAAK") if self.rng.random() < 0.5 else None
        return ProductregelVerzoek(nummer, product.code, product.omschrijving, aantal, cents, zaaknummer=zaak)

    def _price(self, product: Product) -> int:
        if product.prijsregel == Prijsregel.VAST:
            return product.prijs_cent or 0
        worth = int(self.rng.choice(_WORTH) * self.rng.uniform(0.6, 1.6))
        return (
            min(worth, product.prijs_cent) if product.prijsregel == Prijsregel.MAXIMUM and product.prijs_cent else worth
        )

    def _mark(self, kind: str) -> str:
        return mark(kind, next(self._scratch.numbers))

    def pays(self, antwoord: StartBetalingAntwoord) -> str:
        """The citizen chooses a betaalmethode; gives the reference at the PSP."""
        with reading(self._hub.sessions) as session:
            mandje = session.get_one(WinkelmandjeRow, self._opdracht(session, antwoord).winkelmandje_id)
            methode = self.rng.choice(self._methoden(session, mandje))
            wish = PayWish(methode, self._mark("REF"), mandje.versie, mandje.totaal_cent, "nl")
        if pay(self._hub, mandje.token, wish).url is None:
            raise BetaalhubError("The betaling was not started")
        with reading(self._hub.sessions) as session:
            newest = select(BetalingRow.psp_referentie).where(BetalingRow.winkelmandje_id == mandje.id)
            return session.scalars(newest.order_by(BetalingRow.volgnummer.desc()).limit(1)).one()

    @staticmethod
    def _methoden(session: Session, mandje: WinkelmandjeRow) -> list[str]:
        return list(
            session.scalars(
                select(BetaalmethodeRow.code)
                .join(PspAccountRow, PspAccountRow.id == BetaalmethodeRow.psp_account_id)
                .where(
                    PspAccountRow.administratie_id == mandje.administratie_id,
                    BetaalmethodeRow.actief.is_(True),
                    PspAccountRow.actief.is_(True),
                )
                .order_by(BetaalmethodeRow.volgorde, BetaalmethodeRow.id)
            )
        )

    def answers(self, reference: str, status: PogingStatus) -> None:
        """The PSP says so when it is asked now, and the worker goes on."""
        self._scratch.psp.orders[reference].status = status
        self._asks(reference)

    def is_taken_back(self, antwoord: StartBetalingAntwoord) -> None:
        """The bank took it; the hub hears it when it asks."""
        with reading(self._hub.sessions) as session:
            mandje_id = self._opdracht(session, antwoord).winkelmandje_id
            reference = session.scalars(
                select(BetalingRow.psp_referentie).where(BetalingRow.winkelmandje_id == mandje_id)
            ).one()
        self._scratch.psp.take_back(reference)
        self._asks(reference)

    def _asks(self, reference: str) -> None:
        self.waits(timedelta(seconds=self.rng.randrange(20, 90)))
        with reading(self._hub.sessions) as session:
            betaling_id = session.scalars(select(BetalingRow.id).where(BetalingRow.psp_referentie == reference)).one()
        ask_psp(self._hub, betaling_id, wie="burger")
        self._works()

    def is_paid(self, *, regels: int) -> StartBetalingAntwoord:
        """Offered and paid within minutes."""
        one = self.offers(regels=regels)
        self.waits(timedelta(minutes=3))
        self.answers(self.pays(one), PogingStatus.APPROVED)
        return one

    def joins(self, antwoord: StartBetalingAntwoord, into: StartBetalingAntwoord) -> None:
        """The citizen puts it into the other winkelmandje."""
        with reading(self._hub.sessions) as session:
            row, target = self._opdracht(session, antwoord), self._opdracht(session, into).winkelmandje_id
        door = Door("burger", self._clock.now)
        self._in_transaction(lambda session: join(session, target, row.id, limits=self._hub.limits, door=door))

    def withdraws(self, antwoord: StartBetalingAntwoord) -> None:
        """TrekBetalingIn."""
        verzoek = IntrekkingVerzoek(*self._head(antwoord), None, "Aanvraag vervallen")
        self._in_transaction(
            lambda session: withdraw(session, verzoek, aanroeper=self._scratch.caller, omgeving=self._omgeving())
        )
        self._works()

    def registers(self, antwoord: StartBetalingAntwoord) -> None:
        """RegistreerBetaling."""
        with reading(self._hub.sessions) as session:
            cents = self._opdracht(session, antwoord).totaal_cent
        verzoek = RegistratieVerzoek(
            *self._head(antwoord),
            None,
            bedrag_cent=cents,
            ontvangstmethode=self.rng.choice(("PIN", "CONTANT")),
            ontvangen_op=self._clock.now - timedelta(minutes=2),
            bewijsnummer=self._mark("STUK"),
        )
        self._in_transaction(
            lambda session: register_betaling(
                session, verzoek, aanroeper=self._scratch.caller, omgeving=self._omgeving()
            )
        )
        self._works()

    def delivers(self, antwoord: StartBetalingAntwoord, levering: LeveringStatus) -> None:
        """MeldLevering about every productregel."""
        with reading(self._hub.sessions) as session:
            row_id = self._opdracht(session, antwoord).id
            nummers = session.scalars(
                select(ProductregelRow.regelnummer).where(ProductregelRow.betaalopdracht_id == row_id)
            ).all()
        regels = tuple(LeveringsregelVerzoek(nummer, levering, None) for nummer in nummers)
        verzoek = LeveringVerzoek(*self._head(antwoord), None, regels)
        self._in_transaction(
            lambda session: report_levering(session, verzoek, aanroeper=self._scratch.caller, omgeving=self._omgeving())
        )
        self._works()

    def asks_back(self, antwoord: StartBetalingAntwoord, regel: int | None = None) -> None:
        """VraagTerugbetaling of everything, or of one productregel."""
        regels = () if regel is None else (TerugbetaalregelVerzoek(regel, None),)
        verzoek = TerugbetalingVerzoek(*self._head(antwoord), None, regels, "Aanvraag ingetrokken")
        self._in_transaction(
            lambda session: request_terugbetaling(
                session, verzoek, aanroeper=self._scratch.caller, omgeving=self._omgeving()
            )
        )
        self._works()

    def approves(self, antwoord: StartBetalingAntwoord) -> None:
        """A second person approves what was asked back; nobody needs to where the limit of the gemeente is higher."""
        with reading(self._hub.sessions) as session:
            row_id = self._opdracht(session, antwoord).id
            asked = session.scalars(
                select(TerugbetalingRow.nummer).where(
                    TerugbetalingRow.betaalopdracht_id == row_id,
                    TerugbetalingRow.status == TerugbetalingStatus.AANGEVRAAGD.value,
                )
            ).all()
        door = Door("P. Prins", self._clock.now)
        self._in_transaction(lambda session: [decide(session, one, goedkeuren=True, door=door) for one in asked])
        self._works()

    def resolves(self) -> None:
        """A person resolves the newest uitval as it is proposed."""
        with reading(self._hub.sessions) as session:
            row = session.scalars(select(UitvalRow).order_by(UitvalRow.id.desc()).limit(1)).one()
            proposal = ways(session, row)[0]
        keuze = Keuze(proposal, Door("F. de Vries", self._clock.now), "Nagekeken")
        self._in_transaction(lambda session: resolve_uitval(session, row.id, keuze, keys=self._hub.keys))
        self._works()

    def _head(self, antwoord: StartBetalingAntwoord) -> tuple[str, str, str]:
        """Zender, Referentienummer and Betaalkenmerk of the next message about it."""
        with reading(self._hub.sessions) as session:
            zender_id = self._opdracht(session, antwoord).zender_id
        code = next(one.code for one in self._scratch.sellers if one.id == zender_id)
        return code, self._mark("REF"), antwoord.betaalkenmerk

    @staticmethod
    def _opdracht(session: Session, antwoord: StartBetalingAntwoord) -> BetaalopdrachtRow:
        return session.scalars(
            select(BetaalopdrachtRow).where(BetaalopdrachtRow.kenmerk == antwoord.betaalkenmerk)
        ).one()

    def _omgeving(self) -> Omgeving:
        return Omgeving(self._clock.now, self._hub.keys, self._hub.limits, self._hub.portaal)

    def _in_transaction(self, work: Callable[[Session], T]) -> T:
        return with_retries(self._hub.sessions, work)
