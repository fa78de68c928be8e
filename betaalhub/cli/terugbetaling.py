"""`betaalhub terugbetaling`: money that goes back: list, show, vraag-aan, keur-goed, wijs-af, koppel, uitbetaald."""

from __future__ import annotations

from collections.abc import Sequence

import click

from betaalhub.cli.dutch import DutchGroup
from betaalhub.cli.options import change, look, our_keys, who
from betaalhub.cli.screen import columns, in_euro, in_fours, in_local_time
from betaalhub.domain.statuses import TerugbetalingStatus
from betaalhub.domain.verzoeken import TerugbetaalregelVerzoek
from betaalhub.flows.terugbetaling_besluit import decide, pay_out
from betaalhub.flows.terugbetaling_desk import ask_back_by_person, link_by_person
from betaalhub.flows.terugbetaling_lists import TerugbetalingDetail, list_terugbetalingen, show_terugbetaling
from betaalhub.web.portal.amounts import read_amount

_LIMIT = 200
_S = TerugbetalingStatus
_NO_REGEL = {
    False: "Dit is te veel of anders betaald geld; het hoort bij geen productregel.",
    True: "Nog niet gezegd is bij welke productregel dit hoort.",
}


@click.group("terugbetaling", cls=DutchGroup)
def command() -> None:
    """Vraag, beslis en bekijk waarvoor geld terug moet."""


@command.command("list")
@click.option("--alles", is_flag=True, help="Ook wat al klaar is.")
def list_command(alles: bool) -> None:
    """Toon wat nog niet klaar is.

    Wat is aangevraagd of bij de PSP gevonden, het oudste eerst.
    """
    rows = look(lambda session: list_terugbetalingen(session, everything=alles, limit=_LIMIT))
    if not rows:
        click.echo("Er is nog nooit om terugbetalen gevraagd." if alles else "Er wacht geen terugbetaling.")
        return
    head = ("TERUGBETALING", "STATUS", "BEDRAG", "SINDS", "BETAALKENMERK", "DOOR", "REDEN")
    lines = [
        (
            row.nummer,
            row.status,
            in_euro(row.bedrag_cent),
            in_local_time(row.aangevraagd_op),
            in_fours(row.betaalkenmerk),
            row.aangevraagd_door,
            row.reden or "-",
        )
        for row in rows
    ]
    click.echo(columns([head, *lines], right=(2,)))
    if len(rows) == _LIMIT:
        click.echo(f"Dit zijn de oudste {_LIMIT}; er kan meer zijn.")


@command.command("show")
@click.argument("nummer", metavar="NUMMER")
def show_command(nummer: str) -> None:
    """Toon één terugbetaling.

    Waarvan, door wie, wat er gebeurde en wat u kunt doen. Het begin van het nummer is genoeg, vanaf 6 tekens.
    """
    _show(nummer)


def _regels(_context: click.Context, _option: click.Parameter, given: Sequence[str]) -> list[TerugbetaalregelVerzoek]:
    found = []
    for text in given:
        number, given_amount, amount = text.partition("=")
        cents = read_amount(amount) if given_amount else None
        if not number.strip().isdecimal() or (given_amount and cents is None):
            why = "geef een regelnummer, of regelnummer en euro's: 2 of 2=12,50."
            raise click.BadParameter(why, param_hint="'--regel'")
        found.append(TerugbetaalregelVerzoek(int(number), cents))
    return found


def _text(_context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if value is not None and not value.strip():
        raise click.BadParameter("dit mag niet leeg zijn.", param_hint=f"'--{option.name}'")
    return value.strip() if value else None


@command.command("vraag-aan")
@click.argument("betaalkenmerk")
@click.option(
    "--regel",
    "regels",
    multiple=True,
    metavar="NR[=BEDRAG]",
    callback=_regels,
    help="Alleen deze productregel, of euro's daarvan: 2=12,50. Mag vaker. Zonder: alles wat er nog over is.",
)
@click.option("--reden", required=True, metavar="TEKST", callback=_text, help="Waarom. Geen persoonsgegevens.")
@who
def ask_command(betaalkenmerk: str, regels: list[TerugbetaalregelVerzoek], reden: str, door: str) -> None:
    """Vraag een terugbetaling aan.

    Onder de grens van het product gaat zij meteen naar de PSP. Daarboven keurt een collega haar goed.
    """
    nummer = change(
        door,
        lambda session, who: ask_back_by_person(session, betaalkenmerk, regels, door=who, keys=our_keys(), reden=reden),
    )
    _show(nummer)


@command.command("keur-goed")
@click.argument("nummer", metavar="NUMMER")
@who
def approve_command(nummer: str, door: str) -> None:
    """Keur een terugbetaling goed die een ander aanvroeg."""
    change(door, lambda session, who: decide(session, nummer, goedkeuren=True, door=who))
    _show(nummer)


@command.command("wijs-af")
@click.argument("nummer", metavar="NUMMER")
@click.option("--reden", required=True, metavar="TEKST", callback=_text, help="Waarom niet. Geen persoonsgegevens.")
@who
def reject_command(nummer: str, reden: str, door: str) -> None:
    """Wijs een terugbetaling af; het geld blijft waar het is."""
    change(door, lambda session, who: decide(session, nummer, goedkeuren=False, door=who, reden=reden))
    _show(nummer)


@command.command("koppel")
@click.argument("nummer", metavar="NUMMER")
@click.option(
    "--regel",
    "regels",
    multiple=True,
    metavar="NR[=BEDRAG]",
    callback=_regels,
    help="Bij deze productregel, of euro's daarvan: 2=12,50. Mag vaker. Zonder: de hub verdeelt het, te veel betaald geld eerst.",
)
@click.option("--betaalkenmerk", metavar="KENMERK", help="Van welke betaalopdracht, als de betaling er meer betaalde.")
@who
def link_command(nummer: str, regels: list[TerugbetaalregelVerzoek], betaalkenmerk: str | None, door: str) -> None:
    """Zeg waarvoor geld buiten de hub om terugging.

    Voor geld dat iemand bij de PSP zelf terugstortte (EXTERN).
    """
    if betaalkenmerk and not regels:
        raise click.UsageError("Noem bij --betaalkenmerk ook met --regel welke productregels.")
    change(door, lambda session, who: link_by_person(session, nummer, betaalkenmerk, regels, door=who, keys=our_keys()))
    _show(nummer)


@command.command("uitbetaald")
@click.argument("nummer", metavar="NUMMER")
@click.option(
    "--bewijs", required=True, metavar="NUMMER", callback=_text, help="Het nummer van de kwitantie of de bon."
)
@who
def paid_out_command(nummer: str, bewijs: str, door: str) -> None:
    """Meld dat geld aan de balie is teruggegeven.

    Alleen voor geld dat ook aan de balie was ontvangen.
    """
    change(door, lambda session, who: pay_out(session, nummer, bewijs=bewijs, door=who, keys=our_keys()))
    _show(nummer)


def _show(nummer: str) -> None:
    found = look(lambda session: show_terugbetaling(session, nummer))
    kop = found.kop
    click.echo(f"Terugbetaling {kop.nummer}: {kop.status}, {in_euro(kop.bedrag_cent)}")
    facts = [
        ("betaalkenmerk", in_fours(kop.betaalkenmerk)),
        ("aangevraagd", f"door {kop.aangevraagd_door} op {in_local_time(kop.aangevraagd_op)}"),
        ("reden", kop.reden or "-"),
        ("beslist door", found.beslist_door or "-"),
        ("geld gaat via", "de balie" if found.is_balie else f"PSP-account {found.bij_psp}"),
    ]
    facts += [("poging bij PSP", found.poging)] if found.poging else []
    facts += [("kwitantie", found.bewijs)] if found.bewijs else []
    facts += [("uitval", ", ".join(str(one) for one in found.uitval))] if found.uitval else []
    click.echo(columns(facts, indent="  "))
    if found.regels:
        click.echo("\nWaarvan:")
        lines = [
            (in_fours(one.betaalkenmerk), str(one.regelnummer), in_euro(one.bedrag_cent), one.omschrijving)
            for one in found.regels
        ]
        click.echo(columns(lines, indent="  ", right=(1, 2)))
    else:
        click.echo(f"\n{_NO_REGEL[found.kop.status == _S.EXTERN]}")
    click.echo("\nWat er gebeurde:")
    steps = [(in_local_time(one.tijdstip), one.wie, one.naar or "-", one.reden or "") for one in found.stappen]
    click.echo(columns(steps, indent="  "))
    click.echo(f"\n{_next(found)}")


def _next(found: TerugbetalingDetail) -> str:
    """What she can do now, with a command to paste."""
    nummer, base = found.kop.nummer, "betaalhub terugbetaling"
    match found.kop.status:
        case _S.AANGEVRAAGD:
            return (
                f'Een ander dan {found.kop.aangevraagd_door} beslist: {base} keur-goed {nummer} --door "UW NAAM"\n'
                f'of: {base} wijs-af {nummer} --reden "WAAROM" --door "UW NAAM"'
            )
        case _S.GOEDGEKEURD if found.is_balie:
            return f'Betaal het geld uit en meld het: {base} uitbetaald {nummer} --bewijs BONNUMMER --door "UW NAAM"'
        case _S.GOEDGEKEURD | _S.VERZENDEN:
            return "De hub stuurt haar naar de PSP. U hoeft niets te doen."
        case _S.INGEDIEND:
            return "De PSP heeft haar aangenomen. De hub vraagt na wat ervan wordt."
        case _S.ONBEKEND:
            return (
                "Niet bekend is of de PSP haar kreeg. De hub vraagt het na en stuurt haar niet vanzelf opnieuw;\n"
                "na een dag wordt zij uitval: betaalhub uitval list"
            )
        case _S.EXTERN:
            return f'Zeg waarvoor dit was: {base} koppel {nummer} --door "UW NAAM"'
        case _S.MISLUKT:
            return "Het geld is niet terugbetaald. Wat nu: betaalhub uitval list"
        case _S.AFGEWEZEN if found.uitval:
            return f"Er wordt niets terugbetaald. Kijk wat er nog moet: betaalhub uitval show {found.uitval[0]}"
        case _:
            return "Klaar. U hoeft niets te doen."
