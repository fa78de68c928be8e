"""`betaalhub theme`: whether a thema can be used, and what to change in it; for who makes one."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

import click

from betaalhub.cli.dutch import DutchGroup
from betaalhub.errors import ConfigurationError
from betaalhub.settings import Settings
from betaalhub.web.texts import load_texts
from betaalhub.web.themas.check import Found, find_colours, find_files, find_hosts, find_letters, find_texts
from betaalhub.web.themas.pairs import PAIRS
from betaalhub.web.themas.thema import NEUTRAL, Thema, neutral
from betaalhub.web.themas.themas import load_themas, read_thema


@click.group("theme", cls=DutchGroup)
def command() -> None:
    """Controleer het thema van een gemeente: huisstijl en teksten."""


@command.command("check")
@click.argument("naam", metavar="NAAM")
@click.option(
    "--map",
    "folder",
    metavar="MAP",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Map met thema's; zonder: die van BETAALHUB_THEMES.",
)
def check_command(naam: str, folder: Path | None) -> None:
    """Zeg wat er aan een thema niet klopt, en hoe het wel moet.

    NAAM is de naam van de map. Rekent het contrast uit van alle kleuren die op de pagina's samen voorkomen
    (WCAG 2.2 AA). Exitcode 0: goed; 1: er klopt iets niet.
    """
    settings = None if folder else Settings.from_env()
    home = folder or (settings.themes if settings else None)
    try:
        thema = _read(naam, home)
    except ConfigurationError as error:
        click.echo(f"Lezen               FOUT: {error}")
        raise SystemExit(1) from None
    click.echo(f"Lezen               goed, {_summary(thema)}")
    results = [
        _told("Kleuren", find_colours(thema), f"{len(PAIRS)} paren hebben genoeg contrast"),
        _told("Letters", find_letters(thema), "groeien mee met wat de lezer instelt"),
        _told("Teksten", find_texts(thema), f"{_own_texts(thema)} eigen"),
    ]
    if home and thema.naam != NEUTRAL:
        standard = settings is not None and settings.theme == naam
        results.append(_told("Bestanden", find_files(home / naam), "met licentie"))
        results.append(
            _told("Hosts", find_hosts(thema, links=_links(settings), standard=standard), _seen(thema, standard))
        )
    if settings is not None:
        results.append(_together(settings))
    if not all(results):
        raise SystemExit(1)


def _read(naam: str, home: Path | None) -> Thema:
    if naam == NEUTRAL:
        return neutral(load_texts())
    if home is None:
        raise ConfigurationError("geef de map met --map, of zet BETAALHUB_THEMES")
    if not (home / naam).is_dir():
        raise ConfigurationError(f"in {home} is geen map {naam}")
    return read_thema(home / naam, load_texts())


def _together(settings: Settings) -> bool:
    """Whether the hub would start with all themas that there are."""
    try:
        themas = load_themas(settings.themes, settings.theme)
    except ConfigurationError as error:
        return _told("Samen", [Found(str(error))], "")
    return _told("Samen", [], ", ".join(sorted(themas.by_name)))


def _told(what: str, found: list[Found], good: str) -> bool:
    """Print what was found under this heading; whether nothing of it is wrong."""
    wrong = [one for one in found if one.wrong]
    if not found:
        click.echo(f"{what:<20}goed, {good}")
    for one in (*wrong, *(one for one in found if not one.wrong)):
        click.echo(f"{what:<20}{'FOUT' if one.wrong else 'let op'}: {one.text}")
    return not wrong


def _links(settings: Settings | None) -> frozenset[str] | None:
    """The hosts with which links begin; None when the settings are not known."""
    if settings is None:
        return None
    return frozenset(
        urlsplit(url).hostname or "" for url in (settings.public_url, *(settings.public_urls or {}).values())
    )


def _summary(thema: Thema) -> str:
    size = sum(len(file.content) for file in thema.files.values())
    return f"{thema.organisatie or 'het thema van Betaalhub zelf'}, {len(thema.files)} bestanden, {size // 1024} kB"


def _own_texts(thema: Thema) -> str:
    ours = load_texts()
    counts = {
        t.taal: sum(t.messages[key] != text for key, text in ours[t.taal].messages.items())
        for t in thema.texts.values()
    }
    return ", ".join(f"{count} {taal}" for taal, count in counts.items())


def _seen(thema: Thema, standard: bool) -> str:
    where = [*thema.hosts, *([f"administratie {thema.administratie}"] if thema.administratie else [])]
    return ", ".join([*where, *(["BETAALHUB_THEME"] if standard else [])]) or "niet bekeken"
