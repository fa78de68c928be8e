"""`betaalhub init`: the tables, a catalogue, and the secrets of new aansluitingen, each shown once."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.app import known_koppelingen
from betaalhub.cli.catalogus import load_with_secrets, read_catalogus
from betaalhub.cli.dutch import command as dutch_command
from betaalhub.cli.register import open_engine
from betaalhub.cli.secret_file import secret_file
from betaalhub.errors import ConfigurationError
from betaalhub.flows.catalogus_gaps import unknown_names
from betaalhub.flows.catalogus_shape import psp_accounts
from betaalhub.flows.load_catalogus import known_administraties
from betaalhub.flows.zoekvelden import fill_search_fields
from betaalhub.settings import Settings
from betaalhub.storage.database import make_sessions, migrate, reading
from betaalhub.web.static_files import known_logos


@dutch_command("init")
@click.option(
    "--catalogus",
    metavar="BESTAND",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Uw catalogus (TOML); zonder: de democatalogus.",
)
@click.option(
    "--geheim-naar",
    metavar="BESTAND",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Zet nieuwe geheimen in dit bestand (alleen voor u te lezen) en niet op het scherm.",
)
@click.option("--nieuw-geheim", metavar="NAAM", multiple=True, help="Geef deze aansluiting een nieuw geheim.")
def command(catalogus: Path | None, geheim_naar: Path | None, nieuw_geheim: tuple[str, ...]) -> None:
    """Maak het register aan en laad een catalogus.

    Mag altijd opnieuw: wat er al is, wordt bijgewerkt; geheimen die er al zijn, blijven.
    """
    settings = Settings.from_env()
    data = read_catalogus(catalogus)
    with open_engine(settings) as engine, secret_file(geheim_naar) as file:
        migrate(engine)
        sessions = make_sessions(engine)
        fill_search_fields(sessions)
        if catalogus is None:
            _refuse_demo_beside_another(sessions, data)
        made = load_with_secrets(sessions, data, renew=nieuw_geheim)
        for naam, geheim in made.items():
            if file is not None:
                file.write(f"{naam}={geheim}\n")
        with reading(sessions) as session:
            unknown = unknown_names(session, koppelingen=known_koppelingen(), logos=known_logos())
    _tell(settings, data, made, geheim_naar)
    for problem in unknown:
        click.echo(f"Let op: {problem}.")


def _refuse_demo_beside_another(sessions: sessionmaker[Session], demo: Mapping[str, Any]) -> None:
    with reading(sessions) as session:
        others = [naam for code, naam in known_administraties(session) if code != demo["administratie"]["code"]]
    if others:
        raise ConfigurationError(
            f"Dit register is van {', '.join(others)}; de democatalogus hoort er niet in. "
            "Noem uw eigen catalogus met --catalogus"
        )


def _tell(settings: Settings, data: Mapping[str, Any], made: Mapping[str, str], geheim_naar: Path | None) -> None:
    counts = {kind: len(data.get(kind, ())) for kind in _PLURAL}
    counted = ", ".join(f"{number} {kind if number == 1 else _PLURAL[kind]}" for kind, number in counts.items())
    click.echo(f"Register is klaar. Catalogus van {data['administratie']['naam']} is geladen: {counted}.")
    accounts = [account["code"] for account in psp_accounts(data)]
    if settings.psp.account not in accounts:
        wanted = " of ".join(accounts)
        click.echo(f"Let op: zet BETAALHUB_PSP_ACCOUNT op {wanted}; nu staat er {settings.psp.account}.")
    for naam in (one["naam"] for one in data.get("aansluiting", ())):
        if naam not in made:
            click.echo(f"Aansluiting {naam} houdt haar geheim.")
        elif geheim_naar:
            click.echo(f"Aansluiting {naam} heeft een nieuw geheim; het staat in {geheim_naar}")
        else:
            click.echo(f"Aansluiting {naam} heeft een nieuw geheim. Bewaar het; u ziet het maar één keer:")
            click.echo(f"  {made[naam]}")


_PLURAL = {
    "productgroep": "productgroepen",
    "product": "producten",
    "zender": "zenders",
    "aansluiting": "aansluitingen",
}
