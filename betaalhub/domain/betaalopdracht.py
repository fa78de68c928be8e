"""What a product system offers, and every rule that it must meet; all findings at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import SplitResult, urlsplit

from betaalhub.domain.bericht import sha256_of
from betaalhub.domain.boeking import boekdatum
from betaalhub.domain.producten import Product, is_prijs_ok, is_valid
from betaalhub.domain.statuses import BetalerSoort
from betaalhub.errors import Finding

_PORTS = {"http": 80, "https": 443}
_CODED = ("%2f", "%5c", "%00")  # a slash, a backslash and an end that one server sees and another does not


@dataclass(frozen=True, slots=True)
class ProductregelVerzoek:
    """One line of what is to be paid. `bedrag_cent` is the total of the line, btw included."""

    regelnummer: int
    productcode: str
    omschrijving: str
    aantal: int
    bedrag_cent: int
    stuksprijs_cent: int | None = None
    zaaknummer: str | None = None


@dataclass(frozen=True, slots=True)
class Betaler:
    """Who pays, as far as the product system tells."""

    soort: BetalerSoort
    naam: str | None = None
    email: str | None = None
    taal: str | None = None


@dataclass(frozen=True, slots=True)
class BetaalopdrachtVerzoek:
    """The typed content of StartBetaling, TijdstipBericht left out. Times are aware."""

    zender: str
    referentienummer: str
    kenmerk: str
    regels: tuple[ProductregelVerzoek, ...]
    totaal_cent: int
    terugkeer_url: str
    betaler: Betaler | None = None
    klant_kenmerk: str | None = None
    vervalt_op: datetime | None = None
    meebetaaltoken: str | None = None
    vervang: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """The bounds of this installation."""

    max_cent: int = 5_000_000
    min_lifetime: timedelta = timedelta(hours=24)
    default_lifetime: timedelta = timedelta(days=14)
    max_lifetime: timedelta = timedelta(days=365)
    joins_by_klant: bool = False  # the same KlantKenmerk finds the open winkelmandje (domain.md, section 7)


def default_vervalt_op(now: datetime, limits: Limits) -> datetime:
    """When a betaalopdracht expires that names no time itself (UTC)."""
    return now + limits.default_lifetime


def check_betaalopdracht(
    verzoek: BetaalopdrachtVerzoek,
    *,
    producten: Mapping[str, Product],
    allowed_products: frozenset[str],
    terugkeer_adressen: tuple[str, ...],
    now: datetime,
    limits: Limits,
) -> tuple[Finding, ...]:
    """Everything that is wrong with the offer; empty when it may be stored. Received values are never echoed."""
    findings = list(_check_totals(verzoek, limits))
    seen: set[int] = set()
    for place, regel in enumerate(verzoek.regels, 1):
        path = f"/StartBetaling/Productregel[{place}]"
        if regel.regelnummer in seen:
            findings.append(Finding("REGELNUMMER_DUBBEL", f"{path}/Regelnummer", "Dit regelnummer komt vaker voor."))
        seen.add(regel.regelnummer)
        if regel.stuksprijs_cent is not None and regel.stuksprijs_cent * regel.aantal != regel.bedrag_cent:
            uitleg = "StuksprijsInCenten maal Aantal is niet gelijk aan BedragInCenten."
            findings.append(Finding("STUKSPRIJS_ONJUIST", f"{path}/StuksprijsInCenten", uitleg))
        product = producten.get(regel.productcode) if regel.productcode in allowed_products else None
        findings.extend(_check_product(regel, product, path, now))
    findings.extend(_check_vervalt_op(verzoek, now, limits))
    if not any(is_under(verzoek.terugkeer_url, adres) for adres in terugkeer_adressen):
        uitleg = "TerugkeerUrl begint niet met een adres dat voor deze zender is geregistreerd."
        findings.append(Finding("TERUGKEERURL_NIET_TOEGESTAAN", "/StartBetaling/TerugkeerUrl", uitleg))
    return tuple(findings)


def _check_totals(verzoek: BetaalopdrachtVerzoek, limits: Limits) -> Iterator[Finding]:
    path = "/StartBetaling/TotaalInCenten"
    if sum(regel.bedrag_cent for regel in verzoek.regels) != verzoek.totaal_cent:
        yield Finding("TOTAAL_ONJUIST", path, "TotaalInCenten is niet de som van de productregels.")
    if verzoek.totaal_cent > limits.max_cent:
        yield Finding("MAXIMUM_OVERSCHREDEN", path, f"Het totaal mag hooguit {limits.max_cent} cent zijn.")


def _check_product(regel: ProductregelVerzoek, product: Product | None, path: str, now: datetime) -> Iterator[Finding]:
    if product is None:
        yield Finding("PRODUCT_ONBEKEND", f"{path}/Productcode", "Deze zender verkoopt geen product met deze code.")
    elif not is_valid(product, boekdatum(now)):
        yield Finding("PRODUCT_NIET_GELDIG", f"{path}/Productcode", "Dit product is vandaag niet geldig.")
    elif not is_prijs_ok(product, aantal=regel.aantal, bedrag_cent=regel.bedrag_cent):
        uitleg = f"Het bedrag past niet bij de prijsregel {product.prijsregel} van dit product."
        yield Finding("PRIJS_ONJUIST", f"{path}/BedragInCenten", uitleg)


def _check_vervalt_op(verzoek: BetaalopdrachtVerzoek, now: datetime, limits: Limits) -> Iterator[Finding]:
    moment = verzoek.vervalt_op
    if moment is not None and not now + limits.min_lifetime <= moment <= now + limits.max_lifetime:
        hours, days = limits.min_lifetime // timedelta(hours=1), limits.max_lifetime.days
        uitleg = f"VervaltOp ligt ten minste {hours} uur en hooguit {days} dagen na nu."
        yield Finding("VERVALTOP_ONJUIST", "/StartBetaling/VervaltOp", uitleg)


def is_under(url: str, adres: str) -> bool:
    """Does this return address lie under a registered one: same scheme, host and port, path at a segment boundary?

    No user name, backslash, sign outside ASCII, empty or dot segment, encoded slash: browsers and servers read those in
    ways that surprise. What stands behind `?` or `#` does not matter.
    """
    if "\\" in url or not all(33 <= ord(sign) <= 126 for sign in url):
        return False
    try:
        got, want = urlsplit(url), urlsplit(adres)
        origin, wanted = _origin(got), _origin(want)
    except ValueError:  # urllib cannot read it
        return False
    if origin is None or origin != wanted or "@" in got.netloc or not _is_plain(got.path):
        return False
    base = want.path.rstrip("/")
    if not got.path:  # a bare host; what follows it directly is a trick of spelling
        return not base and not got.query and not got.fragment
    return got.path == base or got.path.startswith(base + "/")


def _is_plain(path: str) -> bool:
    """Does every server find the same place here? No `.` or `..` (bare, before `;`, encoded once or twice), no `//`."""
    lowered = path.lower().replace("%25", "%").replace("%2e", ".")
    names = {segment.partition(";")[0] for segment in lowered.split("/")}
    return "//" not in path and not names & {".", ".."} and not any(code in lowered for code in _CODED)


def _origin(parts: SplitResult) -> tuple[str, str, int] | None:
    """Scheme, host and port; None when it is no address of a website."""
    if parts.scheme not in _PORTS or not parts.hostname:
        return None
    return parts.scheme, parts.hostname, _PORTS[parts.scheme] if parts.port is None else parts.port


def content_key(verzoek: BetaalopdrachtVerzoek) -> str:
    """SHA-256 over what decides "the same regels", in any order: not VervaltOp, TerugkeerUrl, Betaler, Vervang or
    Meebetaaltoken."""
    return sha256_of(
        {
            "kenmerk": verzoek.kenmerk,
            "regels": sorted(verzoek.regels, key=lambda regel: regel.regelnummer),
            "totaal": verzoek.totaal_cent,
            "klant": verzoek.klant_kenmerk,
        }
    )
