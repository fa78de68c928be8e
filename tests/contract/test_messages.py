"""Strict in, open out: valid messages pass, each spoilt one is refused, and answers may grow."""

from __future__ import annotations

import pytest
from lxml import etree

from tests.contract.samples import BER, BST, GBK, OURS, SAMPLES, at, sample, schema

SCHEMA = schema(*OURS)
START, VRAAG = f"{{{BER}}}StartBetaling", f"{{{BER}}}VraagBetaalstatus"
BATCH, MELD = f"{{{GBK}}}VerwerkBoekingsbatch", f"{{{BST}}}MeldBetaalstatusResponse"
FEED, ZOEK = f"{{{BER}}}VraagWijzigingen", f"{{{BER}}}ZoekBetalingen"
KLANT, PRODUCTEN = f"{{{BER}}}VraagKlantoverzicht", f"{{{BER}}}VraagProducten"
REQUIRED = ("Stuurgegevens", "Kenmerk", "Productregel", "TotaalInCenten", "TerugkeerUrl")
OPTIONAL = ("Betaler", "KlantKenmerk", "VervaltOp", "Meebetaaltoken", "Vervang")

REFUSED: list[tuple[str, str, list[str]]] = [
    (START, "Stuurgegevens/Zender", ["", "een twee", "_VTH", "x" * 41]),
    (START, "Stuurgegevens/Referentienummer", ["", "a b", "x" * 41, "R\u00a01"]),
    (START, "Stuurgegevens/TijdstipBericht", ["2026-11-23", "2026-11-23T24:00:00", "2026-02-30T12:00:00Z", "12026-11-23T12:00:00Z", "1999-11-23T12:00:00Z", "gisteren"]),
    (START, "Kenmerk", ["", " ZK", "ZK 1", "x" * 41, "Z\u0410K"]),
    (START, "Productregel/Regelnummer", ["0", "-1", "10000", "1.0", "een"]),
    (START, "Productregel/Productcode", ["", "EVT KLEIN", "x" * 41]),
    (START, "Productregel/Omschrijving", ["", " ", " Vergunning", "twee\nregels", "tab\there", "x" * 141, "nul\u200bbreed", "zacht\u00adstreepje", "\ufeffmerk", "letter\u061cmerk", "om\u202egekeerd", "\U0001f389"]),
    (START, "Productregel/Aantal", ["0", "10000", "1,5", ""]),
    (START, "Productregel/BedragInCenten", ["0", "-5000", "5000001", "50.00", "50,00", "1e3", "NaN", "99999999999999999999"]),
    (START, "Productregel/StuksprijsInCenten", ["0", "5000001", ""]),
    (START, "Productregel/Zaaknummer", ["", "zaak 77", "x" * 41]),
    (START, "TotaalInCenten", ["0", "-1", "100000000", "5000.0"]),
    (START, "Betaler/Soort", ["", "burger", "GEMEENTE"]),
    (START, "Betaler/Naam", ["", " ", "x" * 101, "J.\u0085V."]),
    (START, "Betaler/Email", ["", "geen-adres", "a@b", "a@b.nl ", "a@b.nl,c@d.nl", "x" * 250 + "@b.nl"]),
    (START, "Betaler/Taal", ["", "NL", "fr"]),
    (START, "KlantKenmerk", ["", "123456782", "x" * 65, "met spatie er in"]),
    (START, "TerugkeerUrl", ["", "/terug", "ftp://example.nl/", "javascript:alert(1)", "https://", "https://a.nl/ b", "https://a.nl/\\x", "https://a.nl/" + "x" * 500]),
    (START, "VervaltOp", ["", "2026-12-01", "2026-12-01T00:00:00+15:00"]),
    (START, "Meebetaaltoken", ["", "a b", "x" * 201]),
    (START, "Vervang", ["", "ja", "TRUE"]),
    (VRAAG, "Betaalkenmerk", ["", "082710936577", "48271093657", "4827 1093 6577", "4827109365770"]),
    (VRAAG, "Kenmerk", ["", "x" * 41]),
    (FEED, "Vanaf", ["", "-1", "1.5", "1000000000000000000"]),
    (FEED, "Maximum", ["", "0", "501"]),
    (ZOEK, "Vanaf", ["", "01-01-2026", "2026-02-30", "2026-01-01Z", "2026-01-01T00:00:00"]),
    (ZOEK, "Status", ["", "betaald", "IETS_NIEUWS"]),
    (ZOEK, "Zaaknummer", ["", "zaak 77", "x" * 41]),
    (ZOEK, "BedragVanafInCenten", ["", "-1", "1,00"]),
    (ZOEK, "Maximum", ["", "0", "101"]),
    (ZOEK, "Vervolg", ["", "een twee", "x" * 201, "a/b"]),
    (KLANT, "KlantKenmerk", ["", "123456782", "x" * 65]),
    (PRODUCTEN, "GeldigOp", ["", "morgen", "2026-13-01"]),
    (MELD, "Verwerking", ["", "OK", "verwerkt"]),
    (MELD, "Versie", ["", "-1", "twee"]),
    (BATCH, "Batchnummer", ["", "B 1", "x" * 41]),
    (BATCH, "Journaalpost/Boekdatum", ["", "23-11-2026", "2026-11-31", "2026-11-23+01:00"]),
    (BATCH, "Journaalpost/Boekingsregel/Grootboekrekening", ["", "1 2", "x" * 21]),
    (BATCH, "Journaalpost/Boekingsregel/DebetInCenten", ["", "-1", "1.5"]),
    (BATCH, "Journaalpost/Boekingsregel/BtwCode", ["", "hoog", "9%"]),
]  # fmt: skip
SPOILT = [(tag, path, value) for tag, path, values in REFUSED for value in values]


@pytest.mark.parametrize("tag", SAMPLES)
def test_a_full_message_is_valid(tag: str) -> None:
    SCHEMA.assertValid(sample(tag))


@pytest.mark.parametrize(("tag", "path", "value"), SPOILT, ids=lambda one: ascii(one)[-40:])
def test_a_wrong_value_is_refused(tag: str, path: str, value: str) -> None:
    message = sample(tag)
    at(message, path).text = value
    assert not SCHEMA.validate(message)


@pytest.mark.parametrize("name", OPTIONAL)
def test_an_optional_element_may_be_left_out(name: str) -> None:
    message = sample(START)
    message.remove(at(message, name))
    SCHEMA.assertValid(message)


@pytest.mark.parametrize("name", REQUIRED)
def test_a_required_element_may_not(name: str) -> None:
    message = sample(START)
    message.remove(at(message, name))
    assert not SCHEMA.validate(message)


@pytest.mark.parametrize("name", OPTIONAL + REQUIRED)
def test_an_element_stands_once_and_is_never_nil(name: str) -> None:
    twice, nil = sample(START), sample(START)
    if name != "Productregel":
        twice.append(at(sample(START), name))
        assert not SCHEMA.validate(twice)
    at(nil, name).clear()
    at(nil, name).set("{http://www.w3.org/2001/XMLSchema-instance}nil", "true")
    assert not SCHEMA.validate(nil)


@pytest.mark.parametrize(("count", "valid"), [(0, False), (1, True), (100, True), (101, False)])
def test_a_betaalopdracht_has_1_to_100_productregels(count: int, valid: bool) -> None:
    message = sample(START)
    regel = at(message, "Productregel")
    place = list(message).index(regel)
    message[place : place + 1] = [etree.fromstring(etree.tostring(regel)) for _ in range(count)]
    assert SCHEMA.validate(message) is valid


def test_a_journaalpost_has_two_boekingsregels_at_least() -> None:
    message = sample(BATCH)
    post = at(message, "Journaalpost")
    post.remove(at(post, "Boekingsregel"))
    assert not SCHEMA.validate(message)


@pytest.mark.parametrize("spoil", ["order", "unknown", "namespace", "text"])
def test_a_message_of_another_shape_is_refused(spoil: str) -> None:
    message = sample(START)
    if spoil == "order":
        message.append(message[1])
    elif spoil == "unknown":
        etree.SubElement(message, f"{{{BER}}}Korting").text = "1"
    elif spoil == "namespace":
        at(message, "Kenmerk").tag = "Kenmerk"
    else:
        message[0].tail = "los"
    assert not SCHEMA.validate(message)


@pytest.mark.parametrize(("tag", "path"), [(f"{{{BER}}}VraagBetaalstatusResponse", "Status"), (f"{{{BER}}}VraagBetaalstatusResponse", "Regelstatus/Levering"), (f"{{{BER}}}BetaalhubFout", "Code"), (f"{{{BST}}}MeldBetaalstatus", "Betaalmethode"), (BATCH, "Journaalpost/Soort")])  # fmt: skip
def test_a_code_we_send_may_get_a_value_that_nobody_knows_yet(tag: str, path: str) -> None:
    message = sample(tag)
    at(message, path).text = "IETS_NIEUWS_2"
    SCHEMA.assertValid(message)
