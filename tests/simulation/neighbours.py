"""An ERP and the product systems in memory: each remembers what came into effect, and complains of what may never happen."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from betaalhub.errors import NeighbourError, Outcome
from betaalhub.ports import (
    BetaalopdrachtStand,
    BoekingsbatchBericht,
    Boekingsresultaat,
    JournaalpostBericht,
    Ontvangst,
    Verwerking,
)
from tests.simulation.network import Line


@dataclass
class ErpModel:
    """A financial system that books a journaalpost once, and refuses some of them."""

    line: Line
    refuses: int = 0  # in parts of a thousand
    batches: dict[str, tuple[Boekingsresultaat, ...]] = field(default_factory=dict)
    booked: dict[str, tuple[JournaalpostBericht, str]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    partly: set[str] = field(default_factory=set)  # batches of which it answered a part first

    def verwerk_boekingsbatch(self, batch: BoekingsbatchBericht, *, now: datetime) -> tuple[Boekingsresultaat, ...]:
        return self.line.call("erp.verwerk", "erp", lambda: self._process(batch))

    def _process(self, batch: BoekingsbatchBericht) -> tuple[Boekingsresultaat, ...]:
        if batch.batchnummer in self.batches:
            return self.batches[batch.batchnummer]
        if self.line.hits(self.refuses // 4):
            self.line.note("the ERP refuses the whole batch")
            raise NeighbourError(Outcome.REFUSED, "ONGELDIG", neighbour="erp")
        found = tuple(self._book(post) for post in batch.journaalposten)
        self.batches[batch.batchnummer] = found
        if len(found) > 1 and self.line.hits(self.refuses):
            self.line.note("the ERP answers a part of the batch")
            return found[: len(found) // 2]
        return found

    def _book(self, post: JournaalpostBericht) -> Boekingsresultaat:
        if sum(line.debet_cent - line.credit_cent for line in post.regels):
            self.wrong.append(f"journaalpost {post.journaalpostnummer} does not balance")
        if self.line.hits(self.refuses):
            self.line.note(f"the ERP rejects a journaalpost ({post.soort})")
            return Boekingsresultaat(post.journaalpostnummer, False, None, "Kostenplaats gesloten")
        if post.journaalpostnummer in self.booked:
            self.wrong.append(f"journaalpost {post.journaalpostnummer} was booked twice")
        number = f"2026-{len(self.booked) + 1:06}"
        self.booked[post.journaalpostnummer] = post, number
        return Boekingsresultaat(post.journaalpostnummer, True, number, None)

    def vraag_boekingsbatch(self, batchnummer: str, *, now: datetime) -> tuple[Boekingsresultaat, ...] | None:
        return self.line.call("erp.vraag", "erp", lambda: self.batches.get(batchnummer), reads=True)

    def listing(self) -> dict[str, Any]:
        """As the control API of the simulator lists it."""
        return {
            "journaalposten": [
                {
                    "journaalpostnummer": nummer,
                    "boekstuknummer": boekstuk,
                    "regels": [{"debet_cent": one.debet_cent, "credit_cent": one.credit_cent} for one in post.regels],
                }
                for nummer, (post, boekstuk) in self.booked.items()
            ]
        }


@dataclass
class OntvangerModel:
    """The product systems at their one address: each betaalopdracht has the newest versie that came."""

    line: Line
    refuses: int = 0  # in parts of a thousand
    has: dict[str, BetaalopdrachtStand] = field(default_factory=dict)
    applied: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def meld_betaalstatus(self, stand: BetaalopdrachtStand, *, referentienummer: str, now: datetime) -> Ontvangst:
        return self.line.call("productsysteem.meld", f"zender:{stand.zender}", lambda: self._take(stand))

    def _take(self, stand: BetaalopdrachtStand) -> Ontvangst:
        known = self.has.get(stand.betaalkenmerk)
        if self.line.hits(self.refuses):
            self.line.note(f"{stand.zender} refuses a statusbericht")
            return Ontvangst(Verwerking.GEWEIGERD, known.versie if known else 1, "Onbekend zaaknummer")
        if known is None or stand.versie > known.versie:
            self.has[stand.betaalkenmerk] = stand
            self.applied[stand.betaalkenmerk].append(stand.versie)
        return Ontvangst(Verwerking.VERWERKT, self.has[stand.betaalkenmerk].versie, None)

    def listing(self) -> dict[str, Any]:
        """As the control API of the simulator lists it."""
        standen = [
            {
                "betaalkenmerk": kenmerk,
                "versie": stand.versie,
                "status": stand.status,
                "leverbaar": stand.leverbaar,
                "ontvangen_cent": stand.ontvangen_cent,
            }
            for kenmerk, stand in self.has.items()
        ]
        berichten = [
            {"betaalkenmerk": kenmerk, "versie": versie, "toegepast": True}
            for kenmerk, versies in self.applied.items()
            for versie in versies
        ]
        return {"standen": standen, "berichten": berichten}
