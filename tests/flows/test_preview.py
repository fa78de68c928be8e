"""Before she decides, a person sees what a resolution would book, tell and give back; looking changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import select

from betaalhub.domain.evidence import PogingStatus
from betaalhub.domain.uitval import Oplossing
from betaalhub.errors import Refusal
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.preview import Boekregel, Stand, Voorbeeld, preview
from betaalhub.flows.resolve_uitval_zaak import Keuze
from betaalhub.storage.tables import METADATA, UitvalRow
from tests.flows.movements import says, taken
from tests.flows.test_late_money import paid_late
from tests.flows.town import Town, rapport


@pytest.fixture
def town(small_town: Town) -> Town:
    return small_town


def would(town: Town, oplossing: Oplossing, **choice: Any) -> Voorbeeld:
    """What this way out of the only open uitval would do."""
    (row,) = (one for one in town.all(UitvalRow) if one.status != "OPGELOST")
    keuze = Keuze(oplossing, Door("J. Jansen", town.clock()), **choice)
    return town.does(lambda session: preview(session, row.id, keuze, keys=town.hub.keys))


def register(town: Town) -> Iterator[tuple[str, list[Any]]]:
    """Everything that stands in it."""
    with town.engine.connect() as connection:
        for table in METADATA.sorted_tables:
            yield table.name, sorted(connection.execute(select(table)).all(), key=repr)


def test_accepting_late_money_shows_its_booking_and_its_message(town: Town) -> None:
    antwoord, _ = paid_late(town)
    before = dict(register(town))
    found = would(town, Oplossing.ACCEPTEREN)
    assert dict(register(town)) == before
    (boeking,), (bericht,) = found.boekingen, found.berichten
    assert boeking.regels == (Boekregel("2990", None, 18_750, 0), Boekregel("8301", "SO410", 0, 18_750))
    assert (bericht.betaalkenmerk, bericht.zender) == (antwoord.betaalkenmerk, "Vergunningen")
    assert (bericht.was, bericht.wordt) == (
        Stand("VERLOPEN", False, 18_750, 0, 0),
        Stand("BETAALD", True, 18_750, 0, 0),
    )
    assert "betaalopdracht status VERLOPEN → BETAALD" in found.stappen


def test_giving_back_shows_what_goes_and_who_must_agree(town: Town) -> None:
    paid_late(town)
    before = dict(register(town))
    (terug,) = would(town, Oplossing.TERUGBETALEN).terugbetalingen
    assert (terug.status, terug.bedrag_cent) == ("AANGEVRAAGD", 18_750)
    assert dict(register(town)) == before


@pytest.mark.parametrize("oplossing", [Oplossing.ACCEPTEREN, Oplossing.TERUGBETALEN, Oplossing.OPNIEUW_VRAGEN])
def test_looking_at_any_way_out_changes_nothing(town: Town, oplossing: Oplossing) -> None:
    _, betaling = town.started()
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(PogingStatus.APPROVED, cents=18_000, registered=18_000, at=town.clock()))
    before = dict(register(town))
    would(town, oplossing)
    assert dict(register(town)) == before


def test_a_way_that_does_not_fit_says_so_beforehand_too(town: Town) -> None:
    _, betaling = town.paid()
    says(town, betaling, taken())
    before = dict(register(town))
    with pytest.raises(Refusal, match="kan nu alleen: ACCEPTEREN, BETWISTEN, GEEN_ACTIE"):
        would(town, Oplossing.TERUGBETALEN)
    assert dict(register(town)) == before
