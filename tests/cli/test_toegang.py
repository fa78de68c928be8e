"""Zenders and aansluitingen by command: who may call, how it proves itself, and who changed that."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import select

from betaalhub.app import make_hub
from betaalhub.settings import Settings
from betaalhub.soap.access import TransportAccess
from betaalhub.soap.secret_box import decrypt
from betaalhub.storage.database import make_engine, make_sessions
from betaalhub.storage.tables import BewijsRow, GebeurtenisRow
from betaalhub.wire.faults import WireFault
from tests.cli.administrator import Administrator, secret_in
from tests.soap.papers import OIN, paper
from tests.soap.test_access import environ

T = TypeVar("T")
KEY = "k" * 40
JAN = ("--door", "Jan de Beheerder")
NOW = datetime.now(UTC).replace(microsecond=0)


def rows(administrator: Administrator, row_class: type[T]) -> list[T]:
    engine = make_engine(str(administrator.env["BETAALHUB_DATABASE_URL"]))
    with make_sessions(engine)() as session:
        found = list(session.scalars(select(row_class)))
    engine.dispose()
    return found


def may_call(administrator: Administrator, naam: str, geheim: str) -> bool:
    """Does a process that just started let it in with this password?"""
    hub = make_hub(Settings.from_env(administrator.env))  # type: ignore[arg-type]
    try:
        return TransportAccess(hub.sessions, hub.clock)(environ(naam, geheim)) is not None
    except WireFault:
        return False
    finally:
        hub.sessions.kw["bind"].dispose()


def saved(administrator: Administrator, data: bytes) -> str:
    path = administrator.directory / "certificaat.pem"
    path.write_bytes(data)
    return str(path)


@pytest.fixture
def supplier(administrator: Administrator) -> Administrator:
    """An administrator who just added the aansluiting `sport` for the zender parkeren."""
    administrator.types("aansluiting", "add", "sport", "--zender", "parkeren", *JAN)
    return administrator


def test_a_zender_may_nothing_but_what_it_is_given(administrator: Administrator) -> None:
    printed = administrator.types("zender", "add", "sport", "--naam", "Sport", *JAN)
    assert "mag vragen       alleen Controleer" in printed
    printed = administrator.types(
        "zender", "change", "sport", "--operatie", "startbetaling", "--product", "MARKT", "--terugkeer", "https://s.nl/", *JAN
    )  # fmt: skip
    assert re.search("mag vragen +StartBetaling\n +mag verkopen +MARKT\n +terugkeer naar +https://s.nl/", printed)
    printed = administrator.types("zender", "change", "sport", "--geen-operatie", "StartBetaling", "--uit", *JAN)
    assert "alleen Controleer" in printed
    assert re.search("sport +Sport +nee +0 +1 +-", administrator.types("zender", "list"))
    assert "Zender sport: Sport (uit)" in administrator.types("zender", "show", "sport")


def test_an_aansluiting_gets_a_password_that_works(supplier: Administrator) -> None:
    geheim = secret_in(supplier.types("aansluiting", "nieuw-wachtwoord", "sport", *JAN))
    assert may_call(supplier, "sport", geheim)
    assert not may_call(supplier, "sport", geheim + "x")
    assert re.search("sport +ja +geen einde +1 +parkeren", supplier.types("aansluiting", "list"))


def test_a_password_is_changed_without_a_moment_without(supplier: Administrator) -> None:
    old, new = (secret_in(supplier.types("aansluiting", "nieuw-wachtwoord", "sport", *JAN)) for _ in range(2))
    assert may_call(supplier, "sport", old)
    assert may_call(supplier, "sport", new)
    ends = [row.geldig_tot for row in rows(supplier, BewijsRow) if row.sleutel == "sport"]
    assert ends[1] is None
    assert ends[0] is not None
    assert abs(ends[0] - datetime.now(UTC) - timedelta(days=14)) < timedelta(minutes=5)


def test_a_password_that_leaked_ends_at_once(supplier: Administrator) -> None:
    old = secret_in(supplier.types("aansluiting", "nieuw-wachtwoord", "sport", *JAN))
    new = secret_in(supplier.types("aansluiting", "nieuw-wachtwoord", "sport", "--oud-blijft", "0", *JAN))
    assert [may_call(supplier, "sport", one) for one in (old, new)] == [False, True]


def test_a_bewijs_is_revoked_and_says_by_whom_and_why(supplier: Administrator) -> None:
    geheim = secret_in(supplier.types("aansluiting", "nieuw-wachtwoord", "sport", *JAN))
    nummer = str(rows(supplier, BewijsRow)[-1].id)
    supplier.types("aansluiting", "intrekken", nummer, "--reden", "leverancier weg", *JAN)
    assert not may_call(supplier, "sport", geheim)
    last = rows(supplier, GebeurtenisRow)[-1]
    assert (last.soort, last.wie, last.reden) == ("BEWIJS_INGETROKKEN", "Jan de Beheerder", "leverancier weg")
    assert "al ingetrokken" in supplier.types("aansluiting", "intrekken", nummer, *JAN, code=2)


def test_the_history_tells_who_changed_what(supplier: Administrator) -> None:
    supplier.types("aansluiting", "oin", "sport", OIN, "--door", "Piet")
    told = supplier.types("aansluiting", "show", "sport", "--geschiedenis")
    assert re.findall("  (Piet|Jan de Beheerder) +([A-Z_]+)", told) == [
        ("Piet", "BEWIJS_TOEGEVOEGD"),
        ("Jan de Beheerder", "AANSLUITING_GEWIJZIGD"),
        ("Jan de Beheerder", "AANSLUITING_TOEGEVOEGD"),
    ]
    assert "catalogus  ZENDER_TOEGEVOEGD" in supplier.types("zender", "show", "parkeren", "--geschiedenis")


def test_a_secret_goes_to_a_file_and_nowhere_else(supplier: Administrator) -> None:
    path = supplier.directory / "geheim"
    printed = supplier.types("aansluiting", "nieuw-wachtwoord", "sport", "--geheim-naar", str(path), *JAN)
    geheim = path.read_text().strip().removeprefix("sport=")
    assert may_call(supplier, "sport", geheim)
    told = printed + json.dumps([row.gegevens for row in rows(supplier, GebeurtenisRow)])
    assert geheim not in told
    assert not [row for row in rows(supplier, BewijsRow) if row.geheim and row.geheim in told]


def test_a_certificate_tells_what_it_is(supplier: Administrator) -> None:
    one = paper(NOW - timedelta(days=1))
    printed = supplier.types("aansluiting", "certificaat", "sport", saved(supplier, one.pem), *JAN)
    for part in (OIN, one.fingerprint, "CN=esb.demostad.example", "CLIENT_CERTIFICATES staat op nee"):
        assert part in printed
    (row,) = (row for row in rows(supplier, BewijsRow) if row.soort == "CERTIFICAAT")
    assert (row.sleutel, row.geldig_tot) == (one.fingerprint, NOW + timedelta(days=364))


@pytest.mark.parametrize(
    ("data", "heard"),
    [
        (b"niets", "geen certificaat"),
        (b"-----BEGIN EC PRIVATE KEY-----\nx", "geheime sleutel"),
        (paper(NOW - timedelta(days=9), days=8).pem, "al verlopen"),
    ],
)
def test_what_is_no_good_certificate_is_refused(supplier: Administrator, data: bytes, heard: str) -> None:
    for way in ("certificaat", "handtekening"):
        assert heard in supplier.types("aansluiting", way, "sport", saved(supplier, data), *JAN, code=2)
    assert len(rows(supplier, BewijsRow)) == 1


def test_a_certificate_ends_when_it_says_or_earlier(supplier: Administrator) -> None:
    supplier.types("aansluiting", "handtekening", "sport", saved(supplier, paper(NOW).pem), *JAN)
    nummer = str(rows(supplier, BewijsRow)[-1].id)
    supplier.types("aansluiting", "einddatum", nummer, "--geldig-tot", f"{NOW + timedelta(days=60):%Y-%m-%d}", *JAN)
    assert "niet later" in supplier.types("aansluiting", "einddatum", nummer, "--zonder-einddatum", *JAN, code=2)


def test_one_oin_belongs_to_one_aansluiting(supplier: Administrator) -> None:
    supplier.types("aansluiting", "oin", "sport", OIN, *JAN)
    assert "hoort al bij aansluiting sport" in supplier.types("aansluiting", "oin", "esb-demo", OIN, *JAN, code=2)
    assert "20 cijfers" in supplier.types("aansluiting", "oin", "sport", "123", *JAN, code=2)


def test_a_usernametoken_needs_its_settings_and_is_stored_encrypted(supplier: Administrator) -> None:
    said = supplier.types("aansluiting", "usernametoken", "sport", *JAN, code=2)
    assert "Zet BETAALHUB_USERNAMETOKEN=ja en geef BETAALHUB_USERNAMETOKEN_KEY" in said
    bold = supplier.with_env(BETAALHUB_USERNAMETOKEN="ja", BETAALHUB_USERNAMETOKEN_KEY=KEY)
    geheim = secret_in(bold.types("aansluiting", "usernametoken", "sport", *JAN))
    stored = str(rows(supplier, BewijsRow)[-1].geheim)
    assert geheim not in stored
    assert decrypt(KEY, "sport", stored) == geheim


def test_switching_off_and_taking_a_zender_away_work_for_new_processes_at_once(administrator: Administrator) -> None:
    geheim = secret_in(administrator.types("aansluiting", "nieuw-wachtwoord", "esb-demo", *JAN))
    printed = administrator.types("aansluiting", "change", "esb-demo", "--geen-zender", "parkeren", *JAN)
    assert "spreekt voor: burgerzaken, vergunningen" in printed
    administrator.types("aansluiting", "change", "esb-demo", "--uit", *JAN)
    assert not may_call(administrator, "esb-demo", geheim)


def test_the_catalogue_keeps_every_bewijs_made_by_command_and_agrees_about_the_rest(supplier: Administrator) -> None:
    supplier.types("aansluiting", "oin", "esb-demo", OIN, *JAN)
    geheim = secret_in(supplier.types("aansluiting", "nieuw-wachtwoord", "esb-demo", *JAN))
    before = [(row.id, row.geldig_tot, row.ingetrokken_op) for row in rows(supplier, BewijsRow)]
    supplier.types("zender", "change", "parkeren", "--geen-operatie", "StartBetaling", *JAN)
    events = len(rows(supplier, GebeurtenisRow))
    supplier.types("init")
    assert [(row.id, row.geldig_tot, row.ingetrokken_op) for row in rows(supplier, BewijsRow)] == before
    assert may_call(supplier, "esb-demo", geheim)
    assert [(row.soort, row.wie) for row in rows(supplier, GebeurtenisRow)[events:]] == [
        ("ZENDER_GEWIJZIGD", "catalogus")
    ]
    assert "StartBetaling" in supplier.types("zender", "show", "parkeren")


@pytest.mark.parametrize(
    ("typed", "heard"),
    [
        ("zender show niets", "Deze zender bestaat niet"),
        ("zender add parkeren --naam P --door Jan", "Zender parkeren bestaat al"),
        ("zender add een/twee --naam P --door Jan", "CODE: geef hooguit 40 letters"),
        ("zender change parkeren --product NIETS --door Jan", "product NIETS staat niet in de catalogus"),
        ("zender change parkeren --geen-product NIETS --door Jan", "Product NIETS staat er niet bij"),
        ("zender change parkeren --operatie Alles --door Jan", "--operatie: kies een van"),
        ("zender change parkeren --push ftp://x --door Jan", "--push: geef een adres"),
        ("zender change parkeren --terugkeer https://jan:pw@x.nl --door Jan", "zonder naam of wachtwoord"),
        ("zender change parkeren --push https://x.nl --geen-push --door Jan", "niet allebei"),
        ("zender change parkeren --uit", "De optie --door is verplicht"),
        ("aansluiting show niets", "Deze aansluiting bestaat niet"),
        ("aansluiting add esb-demo --door Jan", "Aansluiting esb-demo bestaat al"),
        ("aansluiting add een:twee --door Jan", "zonder dubbele punt"),
        ("aansluiting add nieuw --zender niets --door Jan", "zender niets is er niet"),
        ("aansluiting add nieuw --geldig-tot morgen --door Jan", "geef een datum als 2027-01-31"),
        ("aansluiting nieuw-wachtwoord niets --door Jan", "Deze aansluiting bestaat niet"),
        ("aansluiting nieuw-wachtwoord esb-demo --oud-blijft 999 --door Jan", "--oud-blijft"),
        ("aansluiting intrekken 999 --door Jan", "Bewijs 999 bestaat niet"),
        ("aansluiting einddatum 1 --door Jan", "Geef --geldig-tot of --zonder-einddatum"),
    ],
)
def test_what_can_not_be_is_told_and_changes_nothing(administrator: Administrator, typed: str, heard: str) -> None:
    events = len(rows(administrator, GebeurtenisRow))
    assert heard in administrator.types(*typed.split(), code=2)
    assert len(rows(administrator, GebeurtenisRow)) == events


def test_check_warns_in_time_and_fails_when_it_is_too_late(supplier: Administrator) -> None:
    def told() -> str:
        (line,) = re.findall("^Aansluitingen +(.*)$", supplier.types("check", code=1), re.MULTILINE)
        return str(line)

    def until(days: int) -> None:
        supplier.types("aansluiting", "change", "sport", "--geldig-tot", f"{NOW + timedelta(days=days):%Y-%m-%d}", *JAN)

    assert told() == "goed, niets verloopt binnen 30 dagen"
    until(20)
    assert told().startswith("goed, let op: aansluiting sport: de aansluiting zelf verloopt op ")
    until(-2)
    assert told().startswith("FOUT: aansluiting sport: de aansluiting zelf is verlopen op ")
