"""`betaalhub zoek`: the helpdesk looks for a betaalopdracht of which it knows something."""

from __future__ import annotations

import json
import shlex
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

import click

from betaalhub.app import utc_now
from betaalhub.cli.dutch import command as dutch_command
from betaalhub.cli.register import open_register
from betaalhub.cli.screen import columns, in_euro, in_fours, in_local_time
from betaalhub.domain.bedrag import parse_euro
from betaalhub.domain.statuses import BetaalopdrachtStatus
from betaalhub.domain.zoekvraag import Zoekvraag
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.zoek_helpdesk import (
    CAP,
    HelpdeskPagina,
    HelpdeskRegel,
    Helpdeskvraag,
    find_for_helpdesk,
    note_search_by_name,
)
from betaalhub.settings import Settings
from betaalhub.storage.database import reading, with_retries


def _day(_context: click.Context, option: click.Parameter, value: str | None) -> date | None:
    try:
        return None if value is None else date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter("geef een datum als 2027-01-31.") from None


def _amount(_context: click.Context, option: click.Parameter, value: str | None) -> tuple[int | None, int | None]:
    if value is None:
        return None, None
    parts = [parse_euro(part) for part in value.split("..")]
    if None in parts or len(parts) > 2:
        raise click.BadParameter("geef een bedrag als 187,50 of als 100..250,00.")
    first, last = parts[0], parts[-1]
    if first is not None and last is not None and first > last:
        raise click.BadParameter("het eerste bedrag is hoger dan het tweede.")
    return first, last


@dutch_command("zoek")
@click.option(
    "--van", metavar="DATUM", callback=_day, help="De eerste dag, als 2027-01-31; zonder --tot: tot en met vandaag."
)
@click.option(
    "--tot",
    metavar="DATUM",
    callback=_day,
    help="De laatste dag; zonder --van: 30 dagen. Zonder beide: de laatste 30 dagen.",
)
@click.option(
    "--status",
    type=click.Choice([one.value for one in BetaalopdrachtStatus]),
    multiple=True,
    metavar="STATUS",
    help="Alleen met deze status; mag vaker.",
)
@click.option("--product", metavar="CODE", help="Met dit product op een van de regels.")
@click.option("--zaaknummer", metavar="ZAAK", help="Met dit zaaknummer op een van de regels.")
@click.option("--bedrag", metavar="EURO", callback=_amount, help="Precies dit bedrag, of van-tot: 100..250,00.")
@click.option("--kenmerk", metavar="KENMERK", help="Een betaalkenmerk, of elk ander kenmerk dat iemand kan voorlezen.")
@click.option("--klant", metavar="KLANTKENMERK", help="Van deze klant, zoals productsystemen haar noemen.")
@click.option("--naam", metavar="NAAM", help="De achternaam van de betaler, of hoe zij begint. Vraagt ook --door.")
@click.option("--door", metavar="NAAM", help="Uw eigen naam; komt in het register als u op naam zoekt.")
@click.option("--zender", metavar="CODE", help="Alleen van dit productsysteem.")
@click.option("--administratie", metavar="CODE", help="Van welke gemeente; nodig als er meer dan één is.")
@click.option(
    "--aantal", type=click.IntRange(1, 500), default=25, metavar="N", help="Hoeveel per bladzijde (anders: 25)."
)
@click.option("--na", metavar="KENMERK", help="Ga verder na deze betaalopdracht.")
@click.option("--json", "as_json", is_flag=True, help="Toon het als JSON, bedragen in centen en tijden in UTC.")
def command(van: date | None, tot: date | None, aantal: int, na: str | None, as_json: bool, **given: Any) -> None:
    """Zoek betaalopdrachten, de nieuwste eerst.

    Alles wat u geeft, moet kloppen. Zoeken op naam laat een spoor na in het register: wie zocht en wanneer, niet naar wie.
    """
    vraag, door = _vraag(van, tot, given), given["door"]
    if vraag.naam is not None and not (door or "").strip():
        raise click.UsageError("Zoekt u op naam, zeg dan met --door wie u bent.")
    now = utc_now()
    with open_register(Settings.from_env()) as sessions:
        if vraag.naam is not None:
            who = Door(door.strip()[:100], now)
            with_retries(sessions, lambda session: note_search_by_name(session, vraag, who))
        with reading(sessions) as session:
            page = find_for_helpdesk(session, vraag, now=now, maximum=aantal, na=na)
    _show_json(page) if as_json else _show(page, by_name=vraag.naam is not None)


def _vraag(van: date | None, tot: date | None, given: dict[str, Any]) -> Helpdeskvraag:
    vanaf_cent, tot_en_met_cent = given["bedrag"]
    return Helpdeskvraag(
        Zoekvraag(
            vanaf=van,
            tot_en_met=tot,
            statussen=frozenset(map(BetaalopdrachtStatus, given["status"])),
            productcode=given["product"],
            zaaknummer=given["zaaknummer"],
            vanaf_cent=vanaf_cent,
            tot_en_met_cent=tot_en_met_cent,
            klant_kenmerk=given["klant"],
        ),
        administratie=given["administratie"],
        zender=given["zender"],
        kenmerk=given["kenmerk"],
        naam=given["naam"],
    )


def _show(page: HelpdeskPagina, *, by_name: bool) -> None:
    period = (
        f" van {page.vanaf:%d-%m-%Y} tot en met {page.tot_en_met:%d-%m-%Y}" if page.vanaf and page.tot_en_met else ""
    )
    if not page.gevonden:
        click.echo(f"Niets gevonden{period}.")
        return
    head = ("AANGEBODEN", "BETAALKENMERK", "ZENDER", "KENMERK", "STATUS", "BEDRAG", "ONTVANGEN", "NAAM")
    rows = [head, *(_line(one) for one in page.gevonden)]
    click.echo(columns([row if by_name else row[:-1] for row in rows], right=(5, 6)))
    many = f"meer dan {CAP}" if page.aantal > CAP else f"{page.aantal}"
    click.echo(f"\n{many[0].upper()}{many[1:]} gevonden{period}.")
    if page.na:
        click.echo(f"De volgende bladzijde: dezelfde opdracht met --na {shlex.quote(page.na)}")


def _line(one: HelpdeskRegel) -> tuple[str, ...]:
    return (
        in_local_time(one.aangemaakt_op),
        in_fours(one.betaalkenmerk),
        one.zender,
        one.kenmerk,
        one.status,
        in_euro(one.totaal_cent),
        in_euro(one.ontvangen_cent),
        one.naam or "",
    )


def _show_json(page: HelpdeskPagina) -> None:
    found = {
        "gevonden": [asdict(one) for one in page.gevonden],
        "aantal": min(page.aantal, CAP),
        "meer": page.aantal > CAP,
        "na": page.na,
        "vanaf": page.vanaf,
        "tot_en_met": page.tot_en_met,
    }
    click.echo(json.dumps(found, ensure_ascii=False, indent=2, default=_as_text))


def _as_text(value: date | datetime) -> str:
    return value.isoformat()
