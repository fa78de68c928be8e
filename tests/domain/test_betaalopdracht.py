"""What a product system may offer: everything that is wrong is told at once, where it stands, never what it said."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.domain.bericht import message_key
from betaalhub.domain.betaalopdracht import (
    BetaalopdrachtVerzoek,
    Betaler,
    Limits,
    check_betaalopdracht,
    content_key,
    default_vervalt_op,
    is_under,
)
from betaalhub.domain.statuses import BetalerSoort
from tests.domain.bouwers import ADRES, NOW, PRODUCTEN, UITTREKSEL, codes, regel, verzoek

LATER = NOW + timedelta(days=3)
OTHER = {
    "zender": "WMO",
    "referentienummer": "REF-2",
    "kenmerk": "BRP-2026-2",
    "regels": (regel(cents=1741),),
    "totaal_cent": 1,
    "terugkeer_url": ADRES,
    "betaler": Betaler(BetalerSoort.BURGER),
    "klant_kenmerk": "pseudoniem-1",
    "vervalt_op": LATER,
    "meebetaaltoken": "token",
    "vervang": True,
}
OUTSIDE = {"zender", "referentienummer", "terugkeer_url", "betaler", "vervalt_op", "meebetaaltoken", "vervang"}


def test_an_offer_without_a_fault_has_no_findings() -> None:
    assert codes(verzoek(regel(1), regel(2, "PARKEREN", 9999), vervalt_op=LATER)) == []


@pytest.mark.parametrize(
    ("offer", "code"),
    [
        (verzoek(totaal_cent=1741), "TOTAAL_ONJUIST"),
        (verzoek(replace(regel(cents=3480, aantal=2), stuksprijs_cent=1739)), "STUKSPRIJS_ONJUIST"),
        (verzoek(regel(1), regel(1)), "REGELNUMMER_DUBBEL"),
        (verzoek(regel(code="NIETS")), "PRODUCT_ONBEKEND"),
        (verzoek(regel(code="GIFT")), "PRODUCT_ONBEKEND"),  # it exists, and this zender may not sell it
        (verzoek(regel(cents=1739)), "PRIJS_ONJUIST"),
        (verzoek(regel(code="PARKEREN", cents=12001)), "PRIJS_ONJUIST"),
        (verzoek(vervalt_op=NOW + timedelta(hours=24, microseconds=-1)), "VERVALTOP_ONJUIST"),
        (verzoek(vervalt_op=NOW - timedelta(days=1)), "VERVALTOP_ONJUIST"),
        (verzoek(vervalt_op=NOW + timedelta(days=4000)), "VERVALTOP_ONJUIST"),
        (verzoek(terugkeer_url="https://elders.example/"), "TERUGKEERURL_NIET_TOEGESTAAN"),
    ],
)
def test_each_rule_has_its_code(offer: BetaalopdrachtVerzoek, code: str) -> None:
    assert codes(offer) == [code]


def test_a_unit_price_that_multiplies_out_is_fine() -> None:
    assert codes(verzoek(replace(regel(cents=3480, aantal=2), stuksprijs_cent=1740))) == []


def test_exactly_a_day_is_long_enough_and_exactly_the_maximum_is_not_too_much() -> None:
    assert codes(verzoek(vervalt_op=NOW + timedelta(hours=24))) == []
    assert codes(verzoek(), Limits(max_cent=1740)) == []
    assert codes(verzoek(), Limits(max_cent=1739)) == ["MAXIMUM_OVERSCHREDEN"]


def test_a_time_in_another_zone_is_the_same_moment() -> None:
    elsewhere = (NOW + timedelta(hours=24)).astimezone(timezone(timedelta(hours=5)))
    assert codes(verzoek(vervalt_op=elsewhere)) == []


def test_a_product_of_last_year_is_known_but_not_valid() -> None:
    old = replace(UITTREKSEL, geldig_tot=date(2025, 12, 31))
    findings = check_betaalopdracht(
        verzoek(),
        producten={"UITTREKSEL": old},
        allowed_products=frozenset({"UITTREKSEL"}),
        terugkeer_adressen=(ADRES,),
        now=NOW,
        limits=Limits(),
    )
    assert [finding.code for finding in findings] == ["PRODUCT_NIET_GELDIG"]


def test_everything_wrong_is_told_at_once_with_its_place() -> None:
    secret = "geheim-4711"
    offer = verzoek(regel(7), regel(7, secret, 5), regel(8, cents=3), totaal_cent=9, terugkeer_url=f"https://{secret}")
    findings = check_betaalopdracht(
        offer,
        producten=PRODUCTEN,
        allowed_products=frozenset(PRODUCTEN),
        terugkeer_adressen=(ADRES,),
        now=NOW,
        limits=Limits(),
    )
    assert [(finding.code, finding.element.removeprefix("/StartBetaling/")) for finding in findings] == [
        ("TOTAAL_ONJUIST", "TotaalInCenten"),
        ("REGELNUMMER_DUBBEL", "Productregel[2]/Regelnummer"),
        ("PRODUCT_ONBEKEND", "Productregel[2]/Productcode"),
        ("PRIJS_ONJUIST", "Productregel[3]/BedragInCenten"),
        ("TERUGKEERURL_NIET_TOEGESTAAN", "TerugkeerUrl"),
    ]
    assert not [finding for finding in findings if secret in finding.omschrijving]


def test_who_names_no_time_gets_fourteen_days() -> None:
    assert default_vervalt_op(NOW, Limits()) == NOW + timedelta(days=14)


@pytest.mark.parametrize(
    "url",
    [
        ADRES,
        f"{ADRES}/",
        f"{ADRES}/klaar?zaak=1#boven",
        "HTTPS://LOKET.gemeente.example:443/betaald/x",
        f"{ADRES}?zaak=1",
    ],
)
def test_a_return_address_below_a_registered_one_is_allowed(url: str) -> None:
    assert is_under(url, ADRES)
    assert is_under(url, f"{ADRES}/")


@pytest.mark.parametrize(
    "url",
    [
        "",
        "/betaald",
        "//loket.gemeente.example/betaald",
        "http://loket.gemeente.example/betaald",
        "https://loket.gemeente.example/betaaldnep",
        "https://loket.gemeente.example/Betaald",
        "https://loket.gemeente.example/",
        "https://loket.gemeente.example",
        "https://loket.gemeente.example.nep.example/betaald",
        "https://nep.example/betaald?https://loket.gemeente.example/betaald",
        "https://nep.example#@loket.gemeente.example/betaald",
        "https://loket.gemeente.example@nep.example/betaald",
        "https://ik@loket.gemeente.example/betaald",
        "https://:@loket.gemeente.example/betaald",
        "https://loket.gemeente.example:8443/betaald",
        "https://loket.gemeente.example:0/betaald",
        "https://loket.gemeente.example:99999/betaald",
        "https://loket.gemeente.example\\@nep.example/betaald",
        f"{ADRES}/../uit",
        f"{ADRES}/%2e%2E/uit",
        f"{ADRES}/./x",
        f"{ADRES}/..%2fuit",
        f"{ADRES}%5cx",
        f"{ADRES}/a b",
        f"{ADRES}/\nx",
        f" {ADRES}",
        "https://[loket.gemeente.example/betaald",
        "javascript:alert(1)//https://loket.gemeente.example/betaald",
    ],
)
def test_a_return_address_that_only_looks_like_it_is_refused(url: str) -> None:
    assert not is_under(url, ADRES)


def test_a_host_alone_admits_everything_on_it_spelled_plainly() -> None:
    host = "https://loket.gemeente.example"
    assert all(is_under(url, host) for url in (host, f"{host}/", f"{host}/a/b?c#d"))
    assert not any(is_under(url, host) for url in (f"{host}#@nep.example", f"{host}?@nep.example"))


@pytest.mark.parametrize("adres", ["", "/", "mailto:loket@gemeente.example", "https://"])
def test_what_is_no_address_of_a_website_admits_nothing(adres: str) -> None:
    assert not any(is_under(url, adres) for url in ("", "/", "/x", adres, ADRES))


@pytest.mark.parametrize("name", [field.name for field in fields(BetaalopdrachtVerzoek)])
def test_every_value_makes_another_message_and_only_what_is_sold_makes_other_regels(name: str) -> None:
    other = verzoek(**{name: OTHER[name]})
    assert message_key(other) != message_key(verzoek())
    assert (content_key(other) == content_key(verzoek())) == (name in OUTSIDE)


def test_the_same_regels_in_another_order_are_the_same_regels() -> None:
    one, two = regel(1), regel(2, "PARKEREN", 500)
    assert content_key(verzoek(one, two)) == content_key(verzoek(two, one))


@given(st.integers(min_value=-14, max_value=14))
def test_a_message_is_the_same_in_any_zone(hours: int) -> None:
    elsewhere = LATER.astimezone(timezone(timedelta(hours=hours)))
    assert message_key(verzoek(vervalt_op=elsewhere)) == message_key(verzoek(vervalt_op=LATER))


def test_a_key_is_a_sha256_and_the_same_in_every_process() -> None:
    assert content_key(verzoek()) == "52358aad2a6377b2eeb7193e170f3f22779d0d66600172844e8320b2bb139b04"
