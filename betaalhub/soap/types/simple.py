"""The simple types of `xsd/betaalhub-typen-v1.xsd`, facet by facet, and the namespaces."""

from __future__ import annotations

from betaalhub.wire.service import (
    AnyUri,
    Date,
    DateTime,
    Int,
    Long,
    Unicode,
    enumeration,
    named,
)

TYP = "urn:betaalhub:typen:v1"
BER = "urn:betaalhub:berichten:v1"

_OPEN_CODE = "[A-Z][A-Z0-9_]{0,39}"
# One line of text: printable, within the basic plane, nothing invisible or turning; the first character no space.
_NEXT = "\u00a0-\u00ac\u00ae-\u061b\u061d-\u180d\u180f-\u200a\u2010-\u2027\u2030-\u205e\u2070-\ud7ff\uf900-\ufefe\uff00-\uffef\ufffc-\ufffd"
_FIRST = "\u00a1-\u00ac\u00ae-\u061b\u061d-\u180d\u180f-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\ud7ff\uf900-\ufefe\uff00-\uffef\ufffc-\ufffd"
_LINE = f"[!-~{_FIRST}][ -~{_NEXT}]*"
_MOMENT = (
    r"20[0-9]{2}-[0-9]{2}-[0-9]{2}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?"
    r"(Z|[+\-](0[0-9]|1[0-4]):[0-5][0-9])?"
)

Zendercode = named("Zendercode", Unicode, namespace=TYP, max_len=40, pattern=r"[A-Za-z0-9][A-Za-z0-9._\-]*")
Referentienummer = named("Referentienummer", Unicode, namespace=TYP, max_len=40, pattern=r"[A-Za-z0-9._:/+=@\-]+")
Kenmerk = named("Kenmerk", Unicode, namespace=TYP, max_len=40, pattern=r"[A-Za-z0-9][A-Za-z0-9._:/\-]*")
KlantKenmerk = named("KlantKenmerk", Unicode, namespace=TYP, min_len=10, max_len=64, pattern=r"[A-Za-z0-9._:\-]+")
Betaalkenmerk = named("Betaalkenmerk", Unicode, namespace=TYP, pattern="[1-9][0-9]{11}")
Meebetaaltoken = named("Meebetaaltoken", Unicode, namespace=TYP, max_len=200, pattern=r"[A-Za-z0-9._~=\-]+")
Regelnummer = named("Regelnummer", Int, namespace=TYP, ge=1, le=9999)
Aantal = named("Aantal", Int, namespace=TYP, ge=1, le=9999)
RegelbedragInCenten = named("RegelbedragInCenten", Int, namespace=TYP, ge=1, le=5_000_000)
TotaalbedragInCenten = named("TotaalbedragInCenten", Int, namespace=TYP, ge=1, le=99_999_999)
BedragInCenten = named("BedragInCenten", Long, namespace=TYP, ge=0, le=999_999_999_999)
Versie = named("Versie", Int, namespace=TYP, ge=0)
Tijdstip = named("Tijdstip", DateTime, namespace=TYP, pattern=_MOMENT)
Omschrijving = named("Omschrijving", Unicode, namespace=TYP, max_len=140, pattern=_LINE)
Naam = named("Naam", Unicode, namespace=TYP, max_len=100, pattern=_LINE)
Toelichting = named("Toelichting", Unicode, namespace=TYP, max_len=500, pattern=_LINE)
Email = named(
    "Email",
    Unicode,
    namespace=TYP,
    max_len=254,
    pattern=r"[A-Za-z0-9.!#$%&*+/=?^_`{|}~\-]+@[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)+",
)
Url = named("Url", AnyUri, namespace=TYP, max_len=500, pattern=r"https?://[A-Za-z0-9._~:/?#@!$&'()*+,;=%\[\]\-]+")
Productcode = named("Productcode", Unicode, namespace=TYP, max_len=40, pattern=r"[A-Za-z0-9][A-Za-z0-9._\-]*")
Betalersoort = enumeration("Betalersoort", ["BURGER", "BEDRIJF"], namespace=TYP)
Taal = enumeration("Taal", ["nl", "en"], namespace=TYP)
Betaalopdrachtstatus = named("Betaalopdrachtstatus", Unicode, namespace=TYP, pattern=_OPEN_CODE)
Leveringstatus = named("Leveringstatus", Unicode, namespace=TYP, pattern=_OPEN_CODE)
Betaalmethode = named("Betaalmethode", Unicode, namespace=TYP, pattern=_OPEN_CODE)
Foutcode = named("Foutcode", Unicode, namespace=TYP, pattern=_OPEN_CODE)
Foutplek = named("Foutplek", Unicode, namespace=TYP, pattern="[a-z]{1,20}")
Datum = named("Datum", Date, namespace=TYP, pattern="20[0-9]{2}-[0-9]{2}-[0-9]{2}")
Wijzigingsnummer = named("Wijzigingsnummer", Long, namespace=TYP, ge=0, le=999_999_999_999_999_999)
MaximumWijzigingen = named("MaximumWijzigingen", Int, namespace=TYP, ge=1, le=500)
MaximumGevonden = named("MaximumGevonden", Int, namespace=TYP, ge=1, le=100)
Vervolg = named("Vervolg", Unicode, namespace=TYP, max_len=200, pattern=r"[A-Za-z0-9._~=\-]+")
Terugbetalingsnummer = named(
    "Terugbetalingsnummer", Unicode, namespace=TYP, max_len=40, pattern=r"[A-Za-z0-9][A-Za-z0-9._\-]*"
)
Registratienummer = named(
    "Registratienummer", Unicode, namespace=TYP, max_len=40, pattern=r"[A-Za-z0-9][A-Za-z0-9._\-]*"
)
Betaalopdrachtstatuskeuze = enumeration(
    "Betaalopdrachtstatuskeuze",
    ["OPEN", "IN_BETALING", "BETAALD", "DEELS_TERUGBETAALD", "TERUGBETAALD", "INGETROKKEN", "VERLOPEN"],
    namespace=TYP,
)
Leveringkeuze = enumeration("Leveringkeuze", ["IN_UITVOERING", "GELEVERD", "NIET_LEVERBAAR"], namespace=TYP)
Ontvangstmethode = enumeration(
    "Ontvangstmethode", ["CONTANT", "PIN", "CREDITCARD", "OVERBOEKING", "OVERIG"], namespace=TYP
)
Terugbetalingstatus = named("Terugbetalingstatus", Unicode, namespace=TYP, pattern=_OPEN_CODE)
Prijsregel = named("Prijsregel", Unicode, namespace=TYP, pattern=_OPEN_CODE)
Operatienaam = named("Operatienaam", Unicode, namespace=TYP, max_len=40, pattern="[A-Z][A-Za-z0-9]*")
