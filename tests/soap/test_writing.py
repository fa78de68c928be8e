"""Product systems change a betaalopdracht that is there: withdraw it, pay it at the counter, ask money back, tell of levering."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from betaalhub.flows.keys import make_meebetaaltoken
from betaalhub.hub import Hub
from betaalhub.storage.tables import (
    AdministratieRow,
    BetalingRow,
    BoekingsregelRow,
    GebeurtenisRow,
    JournaalpostRow,
    RegistratieRow,
    TerugbetalingRow,
    ToewijzingRow,
    UitvalRow,
    WinkelmandjeRow,
)
from betaalhub.wire.serving import SoapEndpoint
from tests.soap.calls import (
    Answer,
    bericht,
    elements,
    herroep,
    meld,
    registreer,
    start,
    trek_in,
    vraag,
    vraag_terug,
)
from tests.soap.conftest import TWO, Says, rows

BSN, IBAN = "111222333", "NL91ABNA0417164300"


def stand(says: Says, kenmerk: str = "ZK-1") -> tuple[str | None, ...]:
    """Status, versie and Leverbaar now."""
    answer = says(vraag(f"<b:Kenmerk>{kenmerk}</b:Kenmerk>"))
    return answer.text("Status"), answer.text("Versie"), answer.text("Leverbaar")


def without_counter(hub: Hub) -> None:
    """The administratie has no account for the counter."""
    with hub.sessions.begin() as session:
        session.scalars(select(AdministratieRow)).one().balie_tussenrekening = None


# --- TrekBetalingIn


def test_what_is_withdrawn_can_not_be_paid_and_its_kenmerk_is_free(says: Says, offered: Answer, hub: Hub) -> None:
    answer = says(trek_in(Reden=f"Bezwaar van {BSN}"))
    assert (answer.text("Status"), answer.text("Versie"), answer.text("CrossRefnummer")) == ("INGETROKKEN", "2", "T-1")
    assert stand(says) == ("INGETROKKEN", "2", "false")
    assert [row.status for row in rows(hub, WinkelmandjeRow)] == ["VERLOPEN"]
    assert [row.reden for row in rows(hub, GebeurtenisRow) if row.soort == "INTREKKING"] == ["Bezwaar van ***"]
    assert says(start("R-2")).text("Betaalkenmerk") != offered.text("Betaalkenmerk")


def test_withdrawing_again_under_another_number_changes_nothing(says: Says, offered: Answer, hub: Hub) -> None:
    first, again = says(trek_in("T-1")), says(trek_in("T-2"))
    assert (first.text("Versie"), again.text("Status"), again.text("Versie")) == ("2", "INGETROKKEN", "2")
    assert len([row for row in rows(hub, GebeurtenisRow) if row.soort == "INTREKKING"]) == 1


def test_what_is_paid_is_not_withdrawn(says: Says, paid: Answer) -> None:
    assert says(trek_in()).fault == ("Client", "AL_BETAALD")


def test_the_kenmerk_of_a_winkelmandje_will_do_when_it_means_one(says: Says, soap: SoapEndpoint, hub: Hub) -> None:
    mandje = says(start()).text("Winkelmandje")
    token = make_meebetaaltoken(hub.portaal, 1, hub.clock())
    says(start("R-2", kenmerk="ZK-2", rest=f"<b:Meebetaaltoken>{token}</b:Meebetaaltoken>"))
    by_mandje = trek_in(Kenmerk=None, Betaalkenmerk=mandje)
    assert says(by_mandje).fault == ("Client", "BETAALOPDRACHT_ONBEKEND")
    says(trek_in("T-2", Kenmerk="ZK-2"))
    assert says(by_mandje).text("Status") == "INGETROKKEN"
    assert says(trek_in("T-3", Kenmerk=None)).fault == ("Client", "ZOEKVRAAG_ONJUIST")


def test_nothing_of_another_zender_can_be_changed(says: Says, paid: Answer) -> None:
    other = elements(Kenmerk="ZK-1")
    for operatie, rest in (
        ("TrekBetalingIn", other),
        ("VraagTerugbetaling", other + elements(Reden="Zomaar")),
        ("HerroepRegistratie", elements(Registratienummer=paid.text("Registratienummer"), Reden="Zomaar")),
    ):
        code = says(bericht(operatie, rest, zender="parkeren")).fault[1]
        assert code == ("REGISTRATIE_ONBEKEND" if operatie == "HerroepRegistratie" else "BETAALOPDRACHT_ONBEKEND")
    assert says(herroep("999999999999-1")).text("Omschrijving") == says(
        bericht(
            "HerroepRegistratie",
            elements(Registratienummer=paid.text("Registratienummer"), Reden="x"),
            zender="parkeren",
            nummer="W-2",
        )
    ).text("Omschrijving")


# --- RegistreerBetaling


def test_money_at_the_counter_pays_and_is_booked_on_the_counters_account(says: Says, paid: Answer, hub: Hub) -> None:
    assert (paid.text("Status"), paid.text("Versie")) == ("BETAALD", "2")
    assert stand(says) == ("BETAALD", "2", "true")
    (betaling,) = rows(hub, BetalingRow)
    assert (betaling.kanaal, betaling.status, betaling.methode, betaling.psp_account_id) == (
        "BALIE",
        "BETAALD",
        "PIN",
        None,
    )
    assert betaling.psp_referentie == paid.text("Registratienummer")
    assert sum(row.bedrag_cent for row in rows(hub, ToewijzingRow)) == betaling.bedrag_cent == 27200
    booked = [(row.grootboekrekening, row.debet_cent, row.credit_cent) for row in rows(hub, BoekingsregelRow)]
    assert booked == [("1320", 27200, 0), ("8301", 0, 18750), ("8301", 0, 8450)]


def test_the_answer_names_how_it_was_received(says: Says, paid: Answer, hub: Hub) -> None:
    assert says(vraag("<b:Kenmerk>ZK-1</b:Kenmerk>")).text("Betaalmethode") == "PIN"
    (registratie,) = rows(hub, RegistratieRow)
    assert registratie.bewijsnummer is None
    assert registratie.ontvangen_op.hour == 12


def test_all_that_is_wrong_with_a_registration_is_told_at_once(says: Says, offered: Answer, hub: Hub) -> None:
    answer = says(registreer(BedragInCenten=18749, OntvangenOp="2026-11-23T13:36:00Z"))
    assert answer.fault == ("Client", "BEDRAG_ONJUIST")
    assert [code for code, _ in answer.bevindingen] == ["BEDRAG_ONJUIST", "ONTVANGENOP_ONJUIST"]
    assert b"18749" not in answer.content
    assert not rows(hub, BetalingRow)


@pytest.mark.parametrize(
    ("moment", "good"),
    [
        ("2026-11-23T14:34:00", True),  # Dutch time; within the slack of five minutes
        ("2026-11-23T13:35:00Z", True),
        ("2026-11-23T13:35:01Z", False),
        ("2025-11-22T13:30:00Z", True),
        ("2025-11-22T13:29:59Z", False),
    ],
)
def test_the_time_of_receipt_is_not_in_the_future_and_not_too_long_ago(
    says: Says, offered: Answer, moment: str, good: bool
) -> None:
    assert (says(registreer(OntvangenOp=moment)).status == 200) is good


def test_what_is_paid_withdrawn_or_expired_is_not_registered(says: Says, paid: Answer) -> None:
    assert says(registreer("B-2", BedragInCenten=27200)).fault == ("Client", "AL_BETAALD")
    says(start("R-2", kenmerk="ZK-2"))
    says(trek_in(Kenmerk="ZK-2"))
    assert says(registreer("B-3", Kenmerk="ZK-2")).fault == ("Client", "BETAALOPDRACHT_BEEINDIGD")


def test_an_administratie_without_a_counters_account_loses_no_money(says: Says, offered: Answer, hub: Hub) -> None:
    without_counter(hub)
    assert says(registreer()).text("Status") == "BETAALD"
    (uitval,) = rows(hub, UitvalRow)
    assert (uitval.soort, "balie_tussenrekening" in uitval.omschrijving) == ("CONFIG_ONGELDIG", True)
    assert not rows(hub, JournaalpostRow)
    assert stand(says) == ("BETAALD", "2", "true")


# --- HerroepRegistratie


def test_a_wrong_registration_is_undone_and_booked_the_other_way_round(says: Says, paid: Answer, hub: Hub) -> None:
    answer = says(herroep(paid.text("Registratienummer")))
    assert (answer.text("Status"), answer.text("Versie")) == ("TERUGBETAALD", "3")
    assert stand(says) == ("TERUGBETAALD", "3", "false")
    assert [row.status for row in rows(hub, BetalingRow)] == ["BETAALD"]
    assert [(row.status, row.bedrag_cent) for row in rows(hub, TerugbetalingRow)] == [("HANDMATIG", 27200)]
    assert [row.soort for row in rows(hub, JournaalpostRow)] == ["BETAALD", "CORRECTIE"]
    lines = rows(hub, BoekingsregelRow)
    sums = {
        one: sum(r.debet_cent - r.credit_cent for r in lines if r.grootboekrekening == one) for one in ("1320", "8301")
    }
    assert sums == {"1320": 0, "8301": 0}


def test_after_it_the_kenmerk_may_be_offered_again(says: Says, paid: Answer) -> None:
    says(herroep(paid.text("Registratienummer")))
    again = says(start("R-9", **TWO))
    assert again.text("Betaalkenmerk") != paid.text("Betaalkenmerk")
    assert stand(says) == ("OPEN", "1", "false")


def test_undone_again_it_stays_so(says: Says, paid: Answer, hub: Hub) -> None:
    first, again = (says(herroep(paid.text("Registratienummer"), nummer)) for nummer in ("H-1", "H-2"))
    assert (first.text("Status"), first.text("Versie")) == (again.text("Status"), again.text("Versie"))
    assert len(rows(hub, TerugbetalingRow)) == 1


@pytest.mark.parametrize("first", [meld(r1="GELEVERD"), vraag_terug(regels={1: 1})], ids=["delivered", "asked back"])
def test_what_is_delivered_or_asked_back_is_not_undone(says: Says, paid: Answer, first: str) -> None:
    assert says(first).status == 200
    assert says(herroep(paid.text("Registratienummer"))).fault == ("Client", "REGISTRATIE_NIET_HERROEPBAAR")
    assert stand(says)[0] == "BETAALD"


def test_a_registration_that_was_never_booked_leaves_nothing_to_book(says: Says, offered: Answer, hub: Hub) -> None:
    without_counter(hub)
    says(herroep(says(registreer()).text("Registratienummer")))
    assert [(row.soort, row.status) for row in rows(hub, UitvalRow)] == [("CONFIG_ONGELDIG", "OPGELOST")]
    assert not rows(hub, JournaalpostRow)


# --- VraagTerugbetaling


def test_everything_is_asked_back_and_nothing_may_be_delivered_meanwhile(says: Says, paid: Answer, hub: Hub) -> None:
    answer = says(vraag_terug(reden=f"Rekening {IBAN}"))
    told = [answer.text(one) for one in ("VraagTerugbetalingResponse/Status", "BedragInCenten", "Versie")]
    assert told == ["AANGEVRAAGD", "27200", "3"]
    assert stand(says) == ("BETAALD", "3", "false")
    (row,) = rows(hub, TerugbetalingRow)
    assert (row.nummer, row.reden, row.aangevraagd_door) == (
        answer.text("Terugbetaling"),
        "Rekening ***",
        "vergunningen",
    )
    asked = says(vraag("<b:Kenmerk>ZK-1</b:Kenmerk>"))
    found = [asked.text(f"Terugbetaling/{one}") for one in ("Terugbetaling", "Status", "BedragInCenten")]
    assert found == [row.nummer, "AANGEVRAAGD", "27200"]


def test_parts_are_asked_back_until_nothing_is_left(says: Says, paid: Answer, hub: Hub) -> None:
    asked = [says(vraag_terug("G-1", regels={1: 750})), says(vraag_terug("G-2", regels={1: None, 2: 50}))]
    assert [answer.text("BedragInCenten") for answer in asked] == ["750", "18050"]
    assert says(vraag_terug("G-3")).text("BedragInCenten") == "8400"
    assert says(vraag_terug("G-4")).fault == ("Client", "TERUGBETALING_TE_HOOG")
    assert [row.gereserveerd_cent for row in rows(hub, ToewijzingRow)] == [18750, 8450]
    assert [row.gereserveerd_cent for row in rows(hub, BetalingRow)] == [27200]


def test_all_that_is_wrong_with_a_request_is_told_at_once_without_its_values(
    says: Says, paid: Answer, hub: Hub
) -> None:
    answer = says(vraag_terug(regels={1: 18751, 7: None, 2: None}))
    where = "/VraagTerugbetaling/Terugbetaalregel"
    assert set(answer.bevindingen) == {
        ("TERUGBETALING_TE_HOOG", f"{where}[1]/BedragInCenten"),
        ("REGELNUMMER_ONBEKEND", f"{where}[2]/Regelnummer"),
    }
    assert b"18751" not in answer.content
    assert not rows(hub, TerugbetalingRow)


def test_a_regel_is_named_once(says: Says, paid: Answer) -> None:
    line = "<b:Terugbetaalregel><t:Regelnummer>1</t:Regelnummer></b:Terugbetaalregel>"
    rest = elements(Kenmerk="ZK-1") + line + line + elements(Reden="Twee keer")
    answer = says(bericht("VraagTerugbetaling", rest))
    assert answer.bevindingen == [("REGELNUMMER_DUBBEL", "/VraagTerugbetaling/Terugbetaalregel[2]/Regelnummer")]


def test_what_is_not_paid_is_not_given_back(says: Says, offered: Answer) -> None:
    assert says(vraag_terug()).fault == ("Client", "NIET_BETAALD")
    says(trek_in())
    assert says(vraag_terug()).fault == ("Client", "NIET_BETAALD")


# --- MeldLevering


def test_levering_goes_along_its_table_and_the_same_again_is_fine(says: Says, paid: Answer, hub: Hub) -> None:
    answers = [says(meld(f"L-{n}", r1=step)) for n, step in enumerate(("IN_UITVOERING", "IN_UITVOERING", "GELEVERD"))]
    assert [answer.text("Regelstatus/Levering") for answer in answers] == ["IN_UITVOERING", "IN_UITVOERING", "GELEVERD"]
    assert {answer.text("Versie") for answer in answers} == {"2"}
    assert len([row for row in rows(hub, GebeurtenisRow) if row.soort == "LEVERING_GEMELD"]) == 2


def test_a_step_that_is_not_in_the_table_refuses_the_whole_message(says: Says, paid: Answer) -> None:
    says(meld("L-1", r1="GELEVERD"))
    answer = says(meld("L-2", r2="GELEVERD", r1="NIET_LEVERBAAR", r9="GELEVERD"))
    assert set(answer.bevindingen) == {
        ("LEVERING_ONJUIST", "/MeldLevering/Leveringsregel[2]/Levering"),
        ("REGELNUMMER_ONBEKEND", "/MeldLevering/Leveringsregel[3]/Regelnummer"),
    }
    assert says(meld("L-3", r2="IN_UITVOERING")).status == 200


def test_what_can_not_be_delivered_waits_for_a_person(says: Says, paid: Answer, hub: Hub) -> None:
    answer = says(meld(r1="NIET_LEVERBAAR", reden=f"Klant {BSN} belde"))
    assert answer.text("Versie") == "3"
    assert stand(says) == ("BETAALD", "3", "false")
    assert [(row.soort, row.status) for row in rows(hub, UitvalRow)] == [("NIET_LEVERBAAR", "OPEN")]
    assert [row.reden for row in rows(hub, GebeurtenisRow) if row.soort == "LEVERING_GEMELD"] == ["Klant *** belde"]


def test_asking_its_money_back_is_what_was_proposed(says: Says, paid: Answer, hub: Hub) -> None:
    says(meld(r1="NIET_LEVERBAAR"))
    says(vraag_terug("G-1", regels={1: 1}))
    assert [row.status for row in rows(hub, UitvalRow)] == ["OPEN"]
    says(vraag_terug("G-2", regels={1: None}))
    assert [(row.status, row.oplossing) for row in rows(hub, UitvalRow)] == [("OPGELOST", "AUTOMATISCH")]


def test_what_can_not_be_delivered_and_is_paid_later_waits_then(says: Says, offered: Answer, hub: Hub) -> None:
    assert says(meld(r1="NIET_LEVERBAAR")).text("Versie") == "1"
    assert not rows(hub, UitvalRow)
    says(registreer())
    assert stand(says) == ("BETAALD", "2", "false")
    assert [row.soort for row in rows(hub, UitvalRow)] == ["NIET_LEVERBAAR"]


def test_what_was_delivered_without_having_been_paid_is_written_down(says: Says, offered: Answer, hub: Hub) -> None:
    assert says(meld(r1="GELEVERD")).text("Regelstatus/Levering") == "GELEVERD"
    (told,) = [row for row in rows(hub, GebeurtenisRow) if row.soort == "LEVERING_GEMELD"]
    assert '"leverbaar": "nee"' in told.gegevens
