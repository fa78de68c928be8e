"""The commands that give an aansluiting a certificate, an OIN or a UsernameToken, and that end or revoke a bewijs."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from sqlalchemy.orm import Session

from betaalhub.app import utc_now
from betaalhub.cli.dutch import command as dutch_command
from betaalhub.cli.options import change, until, who
from betaalhub.cli.proof_screen import ends, tell_secret, to_file
from betaalhub.cli.screen import columns
from betaalhub.domain.bewijs import BewijsSoort
from betaalhub.errors import ConfigurationError
from betaalhub.flows.aansluitingen import get_aansluiting
from betaalhub.flows.bewijzen import NieuwBewijs, add_bewijs, end_bewijs, revoke_bewijs
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.settings import Settings
from betaalhub.soap.certificates import Certificaat, is_oin, read_certificate
from betaalhub.soap.secret_box import encrypt

_NAAM = click.argument("naam", metavar="NAAM")
_BESTAND = click.argument("bestand", metavar="BESTAND", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_NUMMER = click.argument("nummer", type=int, metavar="NR")


def _add(naam: str, new: NieuwBewijs, door: str) -> int:
    def work(session: Session, by: Door) -> int:
        return add_bewijs(session, get_aansluiting(session, naam).id, new, by).id

    return change(door, work)


@dutch_command("certificaat")
@_NAAM
@_BESTAND
@who
def certificaat_command(naam: str, bestand: Path, door: str) -> None:
    """Laat een clientcertificaat haar bewijzen.

    BESTAND is het certificaat (PEM of DER), zonder sleutel. Alleen precies dit certificaat telt; een volgend voegt u op tijd toe.
    """
    _add_certificate(naam, bestand, BewijsSoort.CERTIFICAAT, door)


@dutch_command("handtekening")
@_NAAM
@_BESTAND
@who
def handtekening_command(naam: str, bestand: Path, door: str) -> None:
    """Laat ondertekende berichten haar bewijzen.

    BESTAND is het certificaat (PEM of DER) waarmee zij haar berichten ondertekent, zonder sleutel.
    """
    _add_certificate(naam, bestand, BewijsSoort.HANDTEKENING, door)


@dutch_command("oin")
@_NAAM
@click.argument("oin", metavar="OIN")
@until
@who
def oin_command(naam: str, oin: str, geldig_tot: datetime | None, door: str) -> None:
    """Laat elk certificaat met dit OIN haar bewijzen.

    OIN is het organisatie-identificatienummer: 20 cijfers. Veilig als de TLS-proxy alleen certificaten van PKIoverheid aanneemt.
    """
    if not is_oin(oin):
        raise click.BadParameter("geef de 20 cijfers van het OIN.", param_hint="'OIN'")
    nummer = _add(naam, NieuwBewijs(BewijsSoort.OIN, oin, geldig_tot=geldig_tot), door)
    click.echo(f"Aansluiting {naam} heeft bewijs {nummer}: elk certificaat met OIN {oin}.")
    _warn_unless_used()


@dutch_command("usernametoken")
@_NAAM
@until
@to_file
@who
def usernametoken_command(naam: str, geldig_tot: datetime | None, geheim_naar: Path | None, door: str) -> None:
    """Geef haar een geheim voor een UsernameToken.

    Alleen als een wachtwoord of certificaat echt niet kan: dit geheim moet versleuteld, maar leesbaar, in het register staan.
    """
    settings = Settings.from_env()
    if not settings.usernametoken or settings.usernametoken_key is None:
        raise ConfigurationError(
            "UsernameToken staat uit. Zet BETAALHUB_USERNAMETOKEN=ja en geef BETAALHUB_USERNAMETOKEN_KEY"
        )
    with tell_secret(naam, "geheim voor een UsernameToken", geheim_naar) as geheim:
        stored = encrypt(settings.usernametoken_key, naam, geheim)
        _add(naam, NieuwBewijs(BewijsSoort.USERNAMETOKEN, naam, stored, geldig_tot=geldig_tot), door)


@dutch_command("intrekken")
@_NUMMER
@click.option("--reden", metavar="TEKST", help="Waarom; komt in het register. Geen persoonsgegevens.")
@who
def intrekken_command(nummer: int, reden: str | None, door: str) -> None:
    """Trek een bewijs in, voorgoed.

    NR staat bij `aansluiting show`. Binnen een minuut bewijst niemand er nog iets mee, in geen enkel proces.
    """
    if reden is not None and len(reden) > 500:
        raise click.BadParameter("geef hooguit 500 tekens.", param_hint="'--reden'")
    soort = change(door, lambda session, by: revoke_bewijs(session, nummer, by, reden=reden).soort)
    click.echo(f"Bewijs {nummer} ({soort}) is ingetrokken.")


@dutch_command("einddatum")
@_NUMMER
@until
@click.option("--zonder-einddatum", is_flag=True, help="Het geldt tot u het intrekt.")
@who
def einddatum_command(nummer: int, geldig_tot: datetime | None, zonder_einddatum: bool, door: str) -> None:
    """Geef een bewijs een andere einddatum.

    Een certificaat geldt nooit langer dan het zelf zegt.
    """
    if (geldig_tot is None) != zonder_einddatum:
        raise click.UsageError("Geef --geldig-tot of --zonder-einddatum, niet allebei.")
    change(door, lambda session, by: end_bewijs(session, nummer, geldig_tot, by).id)
    click.echo(f"Bewijs {nummer} geldt tot: {ends(geldig_tot)}.")


def _add_certificate(naam: str, bestand: Path, soort: BewijsSoort, door: str) -> None:
    found = _read(bestand)
    new = NieuwBewijs(soort, found.fingerprint, None, found.subject, found.geldig_van, found.geldig_tot)
    nummer = _add(naam, new, door)
    click.echo(f"Aansluiting {naam} heeft bewijs {nummer}: {soort}.")
    facts = [
        ("van", found.subject),
        ("OIN", found.oin or "geen"),
        ("vingerafdruk", found.fingerprint),
        ("geldig van", ends(found.geldig_van)),
        ("geldig tot", ends(found.geldig_tot)),
    ]
    click.echo(columns(facts, indent="  "))
    if found.geldig_van > utc_now():
        click.echo("Let op: dit certificaat is nog niet geldig.")
    if soort is BewijsSoort.CERTIFICAAT:
        _warn_unless_used()


def _read(bestand: Path) -> Certificaat:
    try:
        data = bestand.read_bytes()
    except OSError as error:
        raise ConfigurationError(f"{bestand} is niet te lezen ({error.strerror})") from None
    if b"PRIVATE KEY-----" in data:
        raise ConfigurationError(f"In {bestand} staat een geheime sleutel; geef alleen het certificaat")
    return read_certificate(data)


def _warn_unless_used() -> None:
    if not Settings.from_env().client_certificates:
        click.echo("Let op: BETAALHUB_CLIENT_CERTIFICATES staat op nee; zo telt geen enkel clientcertificaat.")
