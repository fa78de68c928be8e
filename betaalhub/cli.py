"""The command line: every command of an administrator, thin; it opens a transaction and calls a flow."""

from __future__ import annotations

import os
import secrets
import signal
import sys
import tomllib
from datetime import datetime
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click
from argon2 import PasswordHasher

from betaalhub import __version__
from betaalhub.app import make_hub, utc_now
from betaalhub.demo.command import run_demo
from betaalhub.demo.simulators import run_simulators
from betaalhub.domain.kenmerk import format_kenmerk, parse_kenmerk
from betaalhub.domain.uitval import Oplossing
from betaalhub.errors import BetaalhubError, ConfigurationError, NeighbourError
from betaalhub.flows.load_catalogus import load_catalogus
from betaalhub.flows.resolve_uitval import UitvalStand, list_uitval, resolve_uitval, show_uitval
from betaalhub.flows.timeline import timeline
from betaalhub.hub import Hub
from betaalhub.logs import configure_logging
from betaalhub.settings import Settings
from betaalhub.storage.database import make_engine, migrate, pending, reading, with_retries
from betaalhub.worker.loop import Worker

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="betaalhub")
def cli() -> None:
    """Betaalhub: één betaaldienst voor alle producten van een gemeente.

    Instellingen staan in omgevingsvariabelen; deploy/env.example noemt ze allemaal.
    """


@cli.command()
@click.option(
    "--catalogus",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="TOML-bestand; zonder: de democatalogus.",
)
@click.option(
    "--geheim-naar",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Zet geheimen van nieuwe aansluitingen in dit bestand (0600) en niet op het scherm.",
)
def init(catalogus: Path | None, geheim_naar: Path | None) -> None:
    """Maak het register aan en laad een catalogus; mag altijd opnieuw."""
    settings = _settings()
    migrate(make_engine(settings.database_url))
    text = catalogus.read_bytes() if catalogus else files("betaalhub").joinpath("catalogus/demo.toml").read_bytes()
    data = _toml(text.decode("utf-8"), str(catalogus or "demo.toml"))
    made = load_with_secrets(make_hub(settings), data)
    click.echo(f"Register is klaar, catalogus van {data['administratie']['naam']} is geladen.")
    for naam, geheim in made.items():
        if geheim_naar:
            _write_secret(geheim_naar, f"{naam}={geheim}\n")
            click.echo(f"Nieuwe aansluiting {naam}; het geheim staat in {geheim_naar}")
        else:
            click.echo(f"Nieuwe aansluiting {naam}; bewaar dit geheim, het is maar één keer te zien: {geheim}")


def load_with_secrets(hub: Hub, data: dict[str, Any]) -> dict[str, str]:
    """Load a catalogue; gives the fresh secrets of the aansluitingen that were made, by name."""
    made: dict[str, str] = {}
    hasher = _hasher()

    def make_hash(naam: str) -> str:
        made[naam] = secrets.token_urlsafe(24)
        return hasher.hash(made[naam])

    with_retries(hub.sessions, lambda session: load_catalogus(session, data, make_hash=make_hash))
    return made


@cli.command("migrate")
def migrate_command() -> None:
    """Breng het register bij de tijd."""
    settings = _settings()
    engine = make_engine(settings.database_url)
    needed = pending(engine)
    migrate(engine)
    click.echo("Register is bijgewerkt." if needed else "Register was al bij de tijd.")


@cli.command()
@click.option("--config", type=click.Path(exists=True, dir_okay=False), help="Eigen gunicorn-configuratie.")
def serve(config: str | None) -> None:
    """Start de hub: SOAP-dienst, betaalportaal en meldingen."""
    _settings()
    arguments = ["-m", "gunicorn", "-c", config or "python:betaalhub.gunicorn_conf", "betaalhub.wsgi:application"]
    os.execv(sys.executable, [sys.executable, *arguments])


@cli.command()
def worker() -> None:
    """Start de worker: vraagt de PSP, brengt statusberichten en boekingen."""
    settings = _settings()
    configure_logging(settings.log_level, settings.log_format == "json")
    running = Worker(
        make_hub(settings), concurrency=settings.worker_concurrency, poll_seconds=settings.worker_poll_ms / 1000
    )
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: running.stop.set())
    running.start()
    running.join()


@cli.command()
def simulators() -> None:
    """Start alleen de simulatoren: PSP, financieel systeem en productsysteem."""
    run_simulators(_settings())


@cli.command()
@click.option(
    "--map",
    "directory",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("var/demo"),
    show_default=True,
    help="Waar de demo alles bewaart.",
)
@click.option("--stop-na-betaling", is_flag=True, help="Stop na de demobetaling in plaats van te blijven draaien.")
def demo(directory: Path, stop_na_betaling: bool) -> None:
    """Start alles op deze computer met simulatoren en doe één betaling voor."""
    run_demo(directory, load_with_demo_secret, keep_serving=not stop_na_betaling, say=click.echo)


def load_with_demo_secret(settings: Settings, geheim: str) -> None:
    """Make the demo's register and load its catalogue, with a known secret for its aansluiting."""
    migrate(make_engine(settings.database_url))
    data = _toml(files("betaalhub").joinpath("catalogus/demo.toml").read_text(encoding="utf-8"), "demo.toml")
    page = f"http://{settings.simulator_host}:{settings.simulator_productsysteem_port}"
    for zender in data["zender"]:
        zender["terugkeer_adressen"] = [f"{page}/terug"]
        zender["push_url"] = f"{page}/soap/betaalstatus"
    data["psp_account"]["code"] = settings.psp_account
    hub = make_hub(settings)
    hasher = _hasher()
    with_retries(hub.sessions, lambda session: load_catalogus(session, data, make_hash=lambda _: hasher.hash(geheim)))


@cli.command()
def check() -> None:
    """Controleer de instellingen en de verbindingen met register, PSP en financieel systeem."""
    settings = _settings()
    click.echo("Instellingen       goed")
    engine, failed = make_engine(settings.database_url), False
    for naam, look in (
        ("Register", lambda: _check_register(engine)),
        ("PSP", lambda: _check_psp(settings)),
        ("Financieel systeem", lambda: _check_erp(settings)),
    ):
        try:
            click.echo(f"{naam:<18} {look()}")
        except (BetaalhubError, OSError) as error:
            failed = True
            click.echo(f"{naam:<18} FOUT: {error}")
    if failed:
        raise SystemExit(1)


def _check_register(engine: Any) -> str:
    if pending(engine):
        raise ConfigurationError("het register loopt achter; draai eerst: betaalhub migrate")
    return f"goed ({engine.dialect.name})"


def _check_psp(settings: Settings) -> str:
    hub = make_hub(settings)
    hub.psps[settings.psp_account].health()
    return f"goed ({settings.psp_koppeling})"


def _check_erp(settings: Settings) -> str:
    try:
        make_hub(settings).erp.vraag_boekingsbatch("CONTROLE", now=utc_now())
    except NeighbourError as error:
        raise ConfigurationError(f"geen antwoord: {error.code}") from None
    return f"goed ({settings.erp_koppeling})"


@cli.command()
@click.argument("kenmerk")
def status(kenmerk: str) -> None:
    """Toon de tijdlijn van een betaling; KENMERK met of zonder spaties."""
    hub = make_hub(_settings())
    with reading(hub.sessions) as session:
        found = timeline(session, parse_kenmerk(kenmerk))
    click.echo(f"Winkelmandje {format_kenmerk(found.winkelmandje)}  {found.status}  {_euro(found.totaal_cent)}")
    for part in found.onderdelen:
        bedrag = _euro(part.bedrag_cent) if part.bedrag_cent is not None else ""
        click.echo(f"  {part.soort:<15} {part.kenmerk:<27} {part.status:<15} {bedrag:>12}  {part.toelichting}")
    for moment in found.momenten:
        click.echo(f"  {_time(moment.tijdstip)}  {moment.wie:<14} {moment.wat}")


@cli.group()
def uitval() -> None:
    """Uitzonderingen die op een mens wachten."""


@uitval.command("list")
@click.option("--alles", is_flag=True, help="Ook wat al is opgelost.")
def uitval_list(alles: bool) -> None:
    """Toon wat er wacht, het oudste eerst."""
    with reading(make_hub(_settings()).sessions) as session:
        rows = list_uitval(session, everything=alles)
    for row in rows:
        click.echo(
            f"{row.id:>6}  {row.soort:<24} {row.status:<14} {_time(row.geopend_op)}  {_kenmerk(row)}  {row.omschrijving}"
        )
    if not rows:
        click.echo("Geen uitval. Alles klopt.")


@uitval.command("show")
@click.argument("nummer", type=int)
def uitval_show(nummer: int) -> None:
    """Toon één uitval met het voorstel en de oplossingen."""
    with reading(make_hub(_settings()).sessions) as session:
        _show(show_uitval(session, nummer))


@uitval.command("resolve")
@click.argument("nummer", type=int)
@click.option(
    "--oplossing",
    required=True,
    type=click.Choice([item.value for item in Oplossing], case_sensitive=False),
    help="Wat er moet gebeuren.",
)
@click.option("--door", required=True, help="Uw naam; komt in het register.")
@click.option("--reden", help="Waarom; verplicht bij GEEN_ACTIE.")
def uitval_resolve(nummer: int, oplossing: str, door: str, reden: str | None) -> None:
    """Los een uitval op."""
    hub = make_hub(_settings())
    row = with_retries(
        hub.sessions,
        lambda session: resolve_uitval(
            session, nummer, oplossing=Oplossing(oplossing), door=door, reden=reden, now=hub.clock()
        ),
    )
    _show(row)


def _show(row: UitvalStand) -> None:
    click.echo(f"Uitval {row.id}: {row.soort} ({row.status}), {row.keer} keer, sinds {_time(row.geopend_op)}")
    click.echo(f"  {row.omschrijving}\n  betaalkenmerk  {_kenmerk(row)}\n  voorstel       {row.voorstel}")
    click.echo(f"  kan hier       {', '.join(row.oplossingen)}")
    if row.opgelost_door:
        click.echo(f"  opgelost       {row.oplossing} door {row.opgelost_door}{f': {row.reden}' if row.reden else ''}")


def _kenmerk(row: UitvalStand) -> str:
    return format_kenmerk(row.betaalkenmerk) if row.betaalkenmerk else "-"


def _time(moment: datetime) -> str:
    return moment.astimezone(_AMSTERDAM).strftime("%d-%m-%Y %H:%M:%S")


def _euro(cents: int) -> str:
    return f"€ {cents // 100},{cents % 100:02d}"


def _hasher() -> PasswordHasher:
    # OWASP's smallest advice for argon2id: each check takes 19 MiB, and a hub process must stay under 150 MiB.
    return PasswordHasher(memory_cost=19456, time_cost=2, parallelism=1)


def _settings() -> Settings:
    return Settings.from_env()


def _toml(text: str, name: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"Catalogus {name}: {error}") from None


def _write_secret(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)


def main() -> None:
    """The entry point: an error of ours is one readable line, never a stack trace."""
    try:
        cli(prog_name="betaalhub")
    except BetaalhubError as error:
        click.echo(f"Fout: {error}", err=True)
        raise SystemExit(2) from None


if __name__ == "__main__":
    main()
