"""A stranger looks for what is untrue or not hers: amounts that nobody paid, another klant's purchases, a text that breaks a page."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from werkzeug.test import Client

from betaalhub.domain.evidence import PogingStatus
from betaalhub.domain.uitval import Oplossing
from betaalhub.flows.klantoverzicht import vraag_klantoverzicht
from betaalhub.flows.mandje import remove_betaalopdracht
from betaalhub.flows.start_betaling import StartBetalingAntwoord
from betaalhub.storage.database import reading
from betaalhub.storage.tables import BetalingRow
from betaalhub.web.application import make_web
from betaalhub.web.themas.themas import load_themas
from tests.flows.movements import resolves, says, taken
from tests.flows.refunds import looks, refunding, threshold
from tests.flows.town import ESB, PARKEREN, Town, rapport
from tests.web.test_afloop import reads
from tests.web.themas import write_texts, write_thema

APPROVED, CANCELLED = PogingStatus.APPROVED, PogingStatus.CANCELLED


def parted(town: Town) -> tuple[StartBetalingAntwoord, StartBetalingAntwoord, BetalingRow]:
    """An attempt for two fails; one of them is taken out; and then the bank says that the attempt was paid."""
    one = town.offers(klant_kenmerk="klant-1")
    two = town.offers(PARKEREN, zender="parkeren", klant_kenmerk="klant-2")
    assert town.joins(two, one)
    assert town.pays(one).url
    betaling = town.all(BetalingRow)[-1]
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(CANCELLED, at=town.clock(), cents=28_350))
    kenmerk, token = two.betaalkenmerk, town.mandje(one).token
    town.does(
        lambda session: remove_betaalopdracht(
            session, token, betaalkenmerk=kenmerk, keys=town.hub.keys, now=town.clock()
        )
    )
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(APPROVED, at=town.clock(), cents=28_350))
    assert {town.opdracht(two).status, town.opdracht(one).status} == {"BETAALD"}
    assert town.mandje(one).id != town.mandje(two).id
    return one, two, betaling


def overzicht(town: Town, klant: str) -> list[str | None]:
    with reading(town.hub.sessions) as session:
        found = vraag_klantoverzicht(
            session,
            zender="vergunningen",
            aanroeper=ESB,
            klant_kenmerk=klant,
            vervolg=None,
            portaal=town.hub.portaal,
            now=town.clock(),
            attempt=timedelta(minutes=20),
        )
    return [one.status_url for one in found.regels]


def test_the_e_loket_of_one_klant_never_shows_what_another_bought(town: Town) -> None:
    parted(town)
    for url in overzicht(town, "klant-1"):
        if url is not None:
            page = Client(make_web(town.hub)).get(url.removeprefix("https://betalen.example") + "/bewijs")
            assert "Parkeervergunning" not in page.text


def test_what_was_paid_with_something_else_counts_here_for_its_own_part(town: Town) -> None:
    one, two, betaling = parted(town)
    for page in ("bewijs", "status"):
        assert "283,50" not in reads(town, two, page)
    assert "283,50" in reads(town, one, "bewijs")
    says(town, betaling, taken(28_350), cents=28_350)
    page = reads(town, two)
    assert "Uw bank heeft € 96,00 bij ons teruggehaald." in page and "283,50" not in page
    assert "Uw bank heeft € 283,50 bij ons teruggehaald." in reads(town, one)


def test_less_that_was_accepted_is_what_she_paid(town: Town) -> None:
    refunding(town, paid=15_000)
    threshold(town, 10**9)
    antwoord, _ = town.started()
    looks(town)
    resolves(town, "BEDRAG_AFWIJKEND", Oplossing.ACCEPTEREN)
    status = reads(town, antwoord)
    assert "Wij hebben € 150,00 ontvangen" in status
    assert "Wij hebben in totaal € 150,00 van u ontvangen. Dat is minder dan dit bedrag." in reads(
        town, antwoord, "bewijs"
    )


def test_a_text_of_a_thema_with_a_percent_sign_breaks_no_page(town: Town, tmp_path: Path) -> None:
    folder = write_thema(tmp_path)
    write_texts(folder, "nl", status__text__cancelled="U hebt niets betaald, 100 % zeker.")
    antwoord, betaling = town.started()
    town.clock.forward(seconds=30)
    town.answered(betaling, rapport(CANCELLED, at=town.clock()))
    web = make_web(town.hub, themas=load_themas(tmp_path, "stad"))
    answer = Client(web).get(f"/nl/winkelmandje/{town.opdracht(antwoord).token}/status")
    assert answer.status_code == 200 and "100 % zeker." in answer.text
