"""`betaalhub check`: settings, register, catalogue and neighbours; says what is wrong and changes nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial

import click

from betaalhub.app import (
    known_koppelingen,
    known_methods,
    make_erp,
    make_mail_server,
    make_psp,
    make_signer,
    make_themas,
    utc_now,
)
from betaalhub.cli.dutch import command as dutch_command
from betaalhub.cli.proof_screen import told_ending
from betaalhub.cli.register import open_register
from betaalhub.cli.screen import told_difference
from betaalhub.errors import BetaalhubError, ConfigurationError, NeighbourError
from betaalhub.flows.catalogus_gaps import catalogus_gaps, unknown_names
from betaalhub.flows.einddatums import find_endings
from betaalhub.flows.load_catalogus import known_administraties
from betaalhub.settings import MailSettings, PspSettings, Settings
from betaalhub.steps.hold import CLOCKS_MAY_DIFFER
from betaalhub.storage.database import reading
from betaalhub.storage.database_clock import CLOCK_DIFFERS, clock_difference
from betaalhub.web.static_files import known_logos

_WHY = {
    "CONNECT_FAILED": "er luistert niemand op {url}; klopt {address}?",
    "TLS_FAILED": "geen veilige verbinding met {url}; klopt het certificaat, en is dit de poort voor TLS?",
    "NO_ANSWER_IN_TIME": "{url} geeft geen antwoord binnen de tijd",
    "CONNECTION_LOST": "{url} verbrak de verbinding",
    "MISCONFIGURED": "{url} neemt ons niet aan; klopt {credentials}?",
    "SECURITY_ERROR": "{url} neemt ons niet aan; klopt {credentials}?",
}


@dutch_command("check")
def command() -> None:
    """Controleer instellingen, register en verbindingen.

    Verandert niets. Exitcode 0: alles goed; 1: een controle mislukte; 2: de instellingen kloppen niet.
    """
    settings = Settings.from_env()
    click.echo("Instellingen        goed")
    checks: dict[str, Callable[[Settings], str]] = {
        "Register": _register,
        "Klok": _klok,
        "Catalogus": _catalogus,
        "Aansluitingen": _aansluitingen,
        **{_psp_name(settings, one): partial(_psp, account=one) for one in settings.psps},
        "Financieel systeem": _erp,
    }
    if settings.public_urls:
        checks["Eigen adressen"] = _eigen_adressen
    if settings.themes is not None:
        checks["Thema's"] = _themas
    if settings.mail is not None:
        checks["Mailserver"] = partial(_mail, mail=settings.mail)
    if settings.soap_key_pem is not None:
        checks["Ondertekenen"] = _ondertekenen
    results = [_told(naam, look, settings) for naam, look in checks.items()]
    if not all(results):
        raise SystemExit(1)


def _told(naam: str, look: Callable[[Settings], str], settings: Settings) -> bool:
    try:
        click.echo(f"{naam:<20}goed, {look(settings)}")
    except BetaalhubError as error:
        click.echo(f"{naam:<20}FOUT: {error}")
        return False
    return True


def _register(settings: Settings) -> str:
    with open_register(settings) as sessions:
        return str(sessions.kw["bind"].dialect.name)


def _klok(settings: Settings) -> str:
    """Leases and due times are judged by each node's own clock (docs/register.md): they must not be far apart."""
    with open_register(settings) as sessions:
        difference = clock_difference(sessions, utc_now)
    if difference is None:
        return "het register staat op deze server"
    may_differ = timedelta(seconds=settings.worker_lease) / CLOCKS_MAY_DIFFER
    if abs(difference) > may_differ:
        raise ConfigurationError(
            f"de klok van deze server {told_difference(difference)} het register; dat mag hooguit "
            f"{may_differ.total_seconds():.0f} seconden zijn. Zet op beide servers NTP aan"
        )
    return (
        f"{told_difference(difference)} het register" if abs(difference) > CLOCK_DIFFERS else "gelijk met het register"
    )


def _catalogus(settings: Settings) -> str:
    with open_register(settings) as sessions, reading(sessions) as session:
        accounts = {one.account: (one.koppeling, one.prefix) for one in settings.psps}
        gaps = [
            *unknown_names(session, koppelingen=known_koppelingen(), logos=known_logos()),
            *catalogus_gaps(session, accounts=accounts, methods=known_methods()),
        ]
    if gaps:
        raise ConfigurationError("; ".join(dict.fromkeys(gaps)))
    return "met producten en aansluitingen"


def _aansluitingen(settings: Settings) -> str:
    with open_register(settings) as sessions, reading(sessions) as session:
        endings = find_endings(session, utc_now())
    over = [told_ending(one) for one in endings if one.over]
    if over:
        raise ConfigurationError("; ".join(over))
    return "let op: " + "; ".join(map(told_ending, endings)) if endings else "niets verloopt binnen 30 dagen"


def _eigen_adressen(settings: Settings) -> str:
    own = settings.public_urls or {}
    with open_register(settings) as sessions, reading(sessions) as session:
        unknown = sorted(own.keys() - {code for code, _ in known_administraties(session)})
    if unknown:
        raise ConfigurationError(f"BETAALHUB_PUBLIC_URLS: deze administratie is er niet: {', '.join(unknown)}")
    return ", ".join(own.values())


def _themas(settings: Settings) -> str:
    themas = make_themas(settings)
    return f"{', '.join(sorted(themas.by_name))}; zonder keuze {themas.standard.naam}"


def _ondertekenen(settings: Settings) -> str:
    signer = make_signer(settings)
    days = (signer.not_after - utc_now()).days if signer else 0
    if days < 0:
        raise ConfigurationError("BETAALHUB_SOAP_CERTIFICATE_PEM: dit certificaat is verlopen")
    return f"het certificaat is nog {days} dagen geldig"


def _psp_name(settings: Settings, account: PspSettings) -> str:
    return "PSP" if len(settings.psps) == 1 else f"PSP {account.account}"


def _psp(settings: Settings, account: PspSettings) -> str:
    mine = account.prefix
    with _explained(account.url, f"{mine}URL", f"{mine}MERCHANT met {mine}PASSWORD"):
        make_psp(account, timeout=settings.neighbour_timeout).health()
    return f"{account.koppeling} op {account.url}"


def _erp(settings: Settings) -> str:
    with _explained(settings.erp_url, "BETAALHUB_ERP_URL", "BETAALHUB_ERP_USER met BETAALHUB_ERP_PASSWORD"):
        make_erp(settings).vraag_boekingsbatch("CONTROLE", now=utc_now())
    return f"{settings.erp_koppeling} op {settings.erp_url}"


def _mail(settings: Settings, mail: MailSettings) -> str:
    server = f"{mail.host}:{mail.port}"
    names = "BETAALHUB_MAIL_TLS of BETAALHUB_MAIL_USER met BETAALHUB_MAIL_PASSWORD"
    with _explained(server, "BETAALHUB_MAIL_HOST met BETAALHUB_MAIL_PORT", names):
        make_mail_server(mail, timeout=settings.neighbour_timeout).health()
    return f"zonder TLS op {server}" if mail.tls == "geen" else f"{mail.tls} op {server}"


@contextmanager
def _explained(url: str, address: str, credentials: str) -> Iterator[None]:
    """What a failed call means to the person who made the settings."""
    try:
        yield
    except NeighbourError as error:
        why = _WHY.get(error.code, "{url} geeft geen goed antwoord ({code}); staat daar wel het goede systeem?")
        text = why.format(url=url, address=address, credentials=credentials, code=error.code)
        raise ConfigurationError(text) from None
