"""How the preview of a resolution looks on the screen of an administrator."""

from __future__ import annotations

from collections.abc import Iterator

import click

from betaalhub.cli.screen import columns, in_euro, in_fours
from betaalhub.domain.uitval import Oplossing
from betaalhub.flows.preview import Bericht, Boeking, Stand, Voorbeeld


def show_preview(found: Voorbeeld, oplossing: Oplossing) -> None:
    """All that would happen, in the order in which a person asks: the money, the books, the product systems, the rest."""
    click.echo(f"\nDit zou er gebeuren bij {oplossing} (er is nu niets veranderd):")
    for terug in found.terugbetalingen:
        click.echo(f"  terugbetaling van {in_euro(terug.bedrag_cent)}, {_way(terug.status)}")
    for boeking in found.boekingen:
        click.echo(f"  boeking {boeking.soort}: {boeking.omschrijving}")
        click.echo(columns(list(_lines(boeking)), indent="    ", right=(2, 3)))
    for bericht in found.berichten:
        click.echo(f"  statusbericht aan {bericht.zender} over {in_fours(bericht.betaalkenmerk)}")
        click.echo(columns(list(_changes(bericht)), indent="    "))
    for stap in found.stappen:
        click.echo(f"  {stap}")
    if oplossing in _ANSWER_UNKNOWN:
        click.echo(f"  {_ANSWER_UNKNOWN[oplossing]}")
    elif not (found.terugbetalingen or found.boekingen or found.berichten):
        click.echo("  Er wordt niets geboekt, niets terugbetaald en geen productsysteem hoort ervan.")


# What these set going ends at a neighbour, whose answer nobody knows yet.
_ANSWER_UNKNOWN = {
    Oplossing.OPNIEUW_VRAGEN: "De hub vraagt het nu na. Wat er op het antwoord volgt, is nog niet bekend.",
    Oplossing.OPNIEUW_VERZENDEN: "De hub stuurt het nu opnieuw. Wat er op het antwoord volgt, is nog niet bekend.",
    Oplossing.OPNIEUW_BOEKEN: "De hub stuurt de boeking nu naar het financiële systeem. Of die wordt aangenomen, is nog niet bekend.",
    Oplossing.CIRCUIT_SLUITEN: "De hub roept de PSP weer aan. Of die ons aanneemt, is nog niet bekend.",
}


def _way(status: str) -> str:
    return "die meteen op weg gaat" if status == "GOEDGEKEURD" else "die een collega moet goedkeuren"


def _lines(boeking: Boeking) -> Iterator[tuple[str, str, str, str]]:
    yield ("rekening", "kostenplaats", "debet", "credit")
    for line in boeking.regels:
        debet, credit = (in_euro(cents) if cents else "" for cents in (line.debet_cent, line.credit_cent))
        yield (line.rekening, line.kostenplaats or "-", debet, credit)


def _changes(bericht: Bericht) -> Iterator[tuple[str, str]]:
    for name, was, wordt in zip(_NAMES, _values(bericht.was), _values(bericht.wordt), strict=True):
        yield (name, f"{was} → {wordt}" if was != wordt else was)


_NAMES = ("status", "leverbaar", "ontvangen", "terugbetaald", "teruggeboekt")


def _values(stand: Stand) -> tuple[str, ...]:
    amounts = (stand.ontvangen_cent, stand.terugbetaald_cent, stand.teruggeboekt_cent)
    return (stand.status, "ja" if stand.leverbaar else "nee", *(in_euro(cents) for cents in amounts))
