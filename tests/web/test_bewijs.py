"""The receipt: what was really paid, with btw as it was booked, the company and her own reference."""

from __future__ import annotations

from dataclasses import replace

from betaalhub.domain.betaalopdracht import Betaler, ProductregelVerzoek
from betaalhub.domain.evidence import BewegingStatus, PogingStatus
from betaalhub.domain.statuses import BetalerSoort
from betaalhub.domain.uitval import Oplossing
from betaalhub.flows.start_betaling import StartBetalingAntwoord
from betaalhub.flows.verval import expire
from betaalhub.storage.tables import BetalingRow, TerugboekingRow
from tests.flows.movements import resolves, says, taken
from tests.flows.town import VERGUNNING, Town, rapport
from tests.web.test_afloop import both_paid, opens, reads

PAS = ProductregelVerzoek(1, "AFVALPAS", "Vervangende afvalpas", 2, 2_420, 1_210)
BAKKER = Betaler(BetalerSoort.BEDRIJF, "Bakkerij Jansen B.V.", "boek@jansen.example")


def pays(town: Town, antwoord: StartBetalingAntwoord, cents: int, referentie: str | None = None) -> BetalingRow:
    wish = replace(town.wish(antwoord, f"form-{next(town.numbers)}"), referentie=referentie)
    assert town.pays(antwoord, wish).url
    town.clock.forward(seconds=30)
    betaling = town.all(BetalingRow)[-1]
    town.answered(betaling, rapport(PogingStatus.APPROVED, cents=cents, at=town.clock()))
    return betaling


def test_a_company_finds_what_its_bookkeeper_needs(town: Town) -> None:
    antwoord = town.offers(PAS, zender="parkeren", betaler=BAKKER)
    pays(town, antwoord, 2_420, "Inkoop 2026-118")
    text = reads(town, antwoord, "bewijs")
    assert "<dt>Betaald voor</dt><dd>Bakkerij Jansen B.V.</dd>" in text
    assert "<dt>Uw referentie</dt><dd>Inkoop 2026-118</dd>" in text
    assert "Waarvan btw 21 %: € 4,20" in text and "2 keer € 12,10" in text
    assert "Of which VAT 21%: €4.20" in reads(town, antwoord, "bewijs", "en")
    assert f"Kenmerk van de gemeente: {town.opdracht(antwoord).eigen_kenmerk}" in text


def test_a_citizens_name_is_not_on_it_and_leges_have_no_btw(town: Town) -> None:
    antwoord = town.offers(VERGUNNING, betaler=Betaler(BetalerSoort.BURGER, "M. de Vries"))
    pays(town, antwoord, 18_750)
    text = reads(town, antwoord, "bewijs")
    assert "Vries" not in text and "btw" not in text and "referentie" not in text


def test_it_holds_what_was_paid_in_one_go_of_every_product_system(town: Town) -> None:
    first, second = both_paid(town)
    text = reads(town, second, "bewijs")
    assert "Evenementenvergunning" in text and "Parkeervergunning" in text and "€ 283,50" in text
    assert reads(town, first, "bewijs").count("<table") == 2


def test_what_was_paid_late_is_on_the_receipt_of_what_was_paid_and_alone_on_its_own(town: Town) -> None:
    """One of two expired after the attempt failed; then the bank says that both were paid."""
    short = town.offers(vervalt_op=town.clock.now.replace(day=26))
    long = town.offers(PAS, zender="parkeren")
    assert town.joins(short, long) and town.pays(long).url
    town.clock.forward(seconds=30)
    (betaling,) = town.all(BetalingRow)
    town.answered(betaling, rapport(PogingStatus.FAILED, cents=21_170, at=town.clock()))
    town.clock.forward(days=5)
    row = town.opdracht(short)
    town.does(lambda session: expire(session, row.id, keys=town.hub.keys, now=town.clock()))
    town.answered(betaling, rapport(PogingStatus.APPROVED, cents=21_170, at=town.clock()))
    assert "<h1>Uw betaling kwam te laat binnen</h1>" in reads(town, short)
    assert "<h1>U hebt betaald</h1>" in reads(town, long)
    text = reads(town, long, "bewijs")
    assert "Evenementenvergunning" in text and "€ 211,70" in text
    assert opens(town, short, "bewijs").status_code == 303
    resolves(town, "LAAT_BETAALD", Oplossing.TERUGBETALEN)
    assert "Wij kijken na of u € 187,50 terugkrijgt." in reads(town, short)
    assert "terugkrijgt" not in reads(town, long)


def test_a_terugboeking_that_was_won_leaves_the_btw_as_it_was(town: Town) -> None:
    antwoord = town.offers(PAS, zender="parkeren", betaler=BAKKER)
    betaling = pays(town, antwoord, 2_420)
    says(town, betaling, taken(2_420), cents=2_420)
    says(town, betaling, taken(2_420, BewegingStatus.FAILED), cents=2_420)
    assert [row.status for row in town.all(TerugboekingRow)] == ["GEWONNEN"]
    assert "Waarvan btw 21 %: € 4,20" in reads(town, antwoord, "bewijs")
