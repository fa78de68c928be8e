"""`betaalhub zender`: product systems, with what each may sell and ask: list, show, add, change."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import click
from sqlalchemy.orm import Session

from betaalhub.cli.dutch import DutchGroup
from betaalhub.cli.options import change, changed_list, look, who
from betaalhub.cli.proof_screen import show_history, with_history
from betaalhub.cli.screen import columns
from betaalhub.domain.operaties import Operatie
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.history import history_of_zender
from betaalhub.flows.zenders import (
    ZenderChange,
    ZenderStand,
    add_zender,
    change_zender,
    list_zenders,
    show_zender,
)

_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")  # typ:Zendercode
_LONGEST = 500
_OPERATIE = click.Choice([one.value for one in Operatie], case_sensitive=False)


def _address(_context: click.Context, _option: click.Parameter, value: Any) -> Any:
    for one in value if isinstance(value, tuple) else (value,) if value else ():
        parts = urlsplit(one)
        if parts.scheme not in ("https", "http") or not parts.hostname or parts.username or len(one) > _LONGEST:
            raise click.BadParameter("geef een adres dat begint met https:// (of http://), zonder naam of wachtwoord.")
    return value


def _code(_context: click.Context, _argument: click.Parameter, value: str) -> str:
    if not _CODE.fullmatch(value):
        raise click.BadParameter("geef hooguit 40 letters, cijfers, punten, strepen; begin met een letter of cijfer.")
    return value


def _naam(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not 0 < len(value.strip()) <= 100:
        raise click.BadParameter("geef een naam van hooguit 100 tekens.")
    return value.strip() if value else None


def _rights(command: Callable[..., None]) -> Callable[..., None]:
    """The options for what a zender may, the same for a new one and an old one."""
    for option in (
        click.option("--push", metavar="ADRES", callback=_address, help="Waar het statusberichten wil krijgen."),
        click.option(
            "--terugkeer",
            metavar="ADRES",
            multiple=True,
            callback=_address,
            help="Waar de burger heen terug mag: het begin van het adres. Mag vaker.",
        ),
        click.option(
            "--operatie",
            metavar="OPERATIE",
            type=_OPERATIE,
            multiple=True,
            help="Wat het systeem mag vragen, zoals in de WSDL. Mag vaker.",
        ),
        click.option("--product", metavar="CODE", multiple=True, help="Een product dat het mag verkopen. Mag vaker."),
    ):
        command = option(command)
    return command


@click.group("zender", cls=DutchGroup)
def command() -> None:
    """Beheer productsystemen en wat zij mogen."""


@command.command("list")
def list_command() -> None:
    """Toon alle zenders."""
    rows = look(list_zenders)
    if not rows:
        click.echo("Er zijn nog geen zenders.")
        return
    head = ("CODE", "NAAM", "AAN", "OPERATIES", "PRODUCTEN", "AANSLUITINGEN")
    lines = [
        (
            row.code,
            row.naam,
            "ja" if row.actief else "nee",
            str(len(row.operaties)),
            str(len(row.producten)),
            ", ".join(row.aansluitingen) or "-",
        )
        for row in rows
    ]
    click.echo(columns([head, *lines], right=(3, 4)))


@command.command("show")
@click.argument("code", metavar="CODE")
@with_history
def show_command(code: str, geschiedenis: bool) -> None:
    """Toon één zender met haar rechten."""
    _show(look(lambda session: show_zender(session, code)))
    if geschiedenis:
        show_history(look(lambda session: history_of_zender(session, code)))


@command.command("add")
@click.argument("code", metavar="CODE", callback=_code)
@click.option("--naam", required=True, metavar="NAAM", callback=_naam, help="Hoe de burger het systeem genoemd ziet.")
@click.option("--administratie", metavar="CODE", help="Van welke administratie; nodig als er meer zijn.")
@_rights
@who
def add_command(code: str, door: str, **asked: Any) -> None:
    """Voeg een zender toe.

    Wat u niet noemt, mag zij niet. Controleer mag altijd.
    """

    def work(session: Session, by: Door) -> ZenderStand:
        add_zender(session, code, asked["naam"], by, administratie=asked["administratie"])
        wanted = ZenderChange(
            push_url=asked["push"],
            producten=asked["product"],
            operaties=asked["operatie"],
            adressen=asked["terugkeer"],
        )
        change_zender(session, code, wanted, by)
        return show_zender(session, code)

    _show(change(door, work))
    click.echo(f"Laat een aansluiting voor haar spreken: betaalhub aansluiting change NAAM --zender {code}")


@command.command("change")
@click.argument("code", metavar="CODE")
@click.option("--naam", metavar="NAAM", callback=_naam, help="Een andere naam.")
@_rights
@click.option("--geen-product", metavar="CODE", multiple=True, help="Een product dat zij niet meer mag verkopen.")
@click.option(
    "--geen-operatie", metavar="OPERATIE", type=_OPERATIE, multiple=True, help="Wat zij niet meer mag vragen."
)
@click.option("--geen-terugkeer", metavar="ADRES", multiple=True, help="Een terugkeeradres dat niet meer mag.")
@click.option("--geen-push", is_flag=True, help="Breng geen statusberichten meer.")
@click.option("--aan/--uit", "actief", default=None, help="Zet haar aan of uit.")
@who
def change_command(code: str, door: str, **asked: Any) -> None:
    """Verander een zender.

    Wat u niet noemt, blijft zoals het is. Een recht dat u afneemt, is meteen weg.
    """
    if asked["push"] and asked["geen_push"]:
        raise click.UsageError("Geef --push of --geen-push, niet allebei.")

    def work(session: Session, by: Door) -> ZenderStand:
        old = show_zender(session, code)
        wanted = ZenderChange(
            naam=asked["naam"],
            actief=asked["actief"],
            push_url=asked["push"],
            without_push=asked["geen_push"],
            producten=changed_list(old.producten, asked["product"], asked["geen_product"], "Product"),
            operaties=changed_list(old.operaties, asked["operatie"], asked["geen_operatie"], "Operatie"),
            adressen=changed_list(old.adressen, asked["terugkeer"], asked["geen_terugkeer"], "Terugkeeradres"),
        )
        change_zender(session, code, wanted, by)
        return show_zender(session, code)

    _show(change(door, work))


def _show(row: ZenderStand) -> None:
    click.echo(f"Zender {row.code}: {row.naam} ({'aan' if row.actief else 'uit'})")
    facts = [
        ("mag vragen", ", ".join(row.operaties) or "alleen Controleer"),
        ("mag verkopen", ", ".join(row.producten) or "niets"),
        ("terugkeer naar", ", ".join(row.adressen) or "nergens"),
        ("statusberichten", row.push_url or "nee"),
        ("aansluitingen", ", ".join(row.aansluitingen) or "geen"),
    ]
    click.echo(columns(facts, indent="  "))
