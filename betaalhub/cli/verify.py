"""`betaalhub verify`: proves the whole register, and says what does not hold, where, and what to do."""

from __future__ import annotations

import json
import time

import click

from betaalhub.cli.dutch import command as dutch_command
from betaalhub.cli.progress import progress
from betaalhub.cli.register import open_register
from betaalhub.cli.screen import in_fours
from betaalhub.flows.verify import CODES, Judged, Report, verify
from betaalhub.settings import Settings
from betaalhub.storage.database_whole import snapshot

_MANY = {
    "betaalopdracht": "betaalopdrachten",
    "betaling": "betalingen",
    "journaalpost": "journaalposten",
    "gebeurtenis": "gebeurtenissen",
    "uitval": "uitval",
}


@dutch_command("verify")
@click.option(
    "--controle",
    "only",
    multiple=True,
    metavar="CODE",
    type=click.Choice(CODES),
    help="Alleen deze controle; mag vaker.",
)
@click.option("--json", "as_json", is_flag=True, help="Toon de uitkomst als JSON, voor een programma.")
def command(only: tuple[str, ...], as_json: bool) -> None:
    """Bewijs dat het hele register klopt.

    Rekent alles na: boekingen, bedragen, statussen, gebeurtenissen, verwijzingen, kenmerken, de feed en wat er nog moet
    gebeuren. Leest alleen, op één moment, en houdt niemand op: het mag terwijl de hub werkt. Doe dit na het terugzetten van
    een reservekopie en na een nieuwe versie.

    Exitcode 0: alles klopt; 1: er klopt iets niet.
    """
    begun = time.monotonic()
    with open_register(Settings.from_env()) as sessions, snapshot(sessions) as session, progress("Narekenen") as told:
        report = verify(session, only=only, progress=told)
    seconds = time.monotonic() - begun
    if as_json:
        click.echo(json.dumps(_as_json(report, seconds), ensure_ascii=False, indent=2))
    else:
        _show(report, seconds)
    if report.broken:
        raise SystemExit(1)


def _show(report: Report, seconds: float) -> None:
    counts = ", ".join(f"{many} {report.rows[table]:,}".replace(",", ".") for table, many in _MANY.items())
    click.echo(f"Nagerekend in {seconds:.1f} s: {counts}.")
    for one in report.judged:
        if not one.number:
            click.echo(f"  goed  {one.code:<25} {one.sentence}")
    for one in report.broken:
        _show_broken(one)
    click.echo(f"\n{_verdict(len(report.broken), len(report.judged))}")


def _verdict(broken: int, asked: int) -> str:
    if broken:
        return f"Het register klopt niet: {broken} van {asked} controles {'vond' if broken == 1 else 'vonden'} iets."
    return f"Het register klopt: {'deze controle is' if asked == 1 else f'alle {asked} controles zijn'} goed."


def _show_broken(one: Judged) -> None:
    click.echo(f"\n  FOUT  {one.code:<25} {one.sentence}")
    which = f"; de eerste {len(one.first)}" if one.number > len(one.first) else ""
    click.echo(f"        Dit geldt {one.number} keer niet{which}:")
    for mismatch in one.first:
        click.echo(f"          {in_fours(mismatch.where)}: {mismatch.what}")
    click.echo(f"        {one.advice}")


def _as_json(report: Report, seconds: float) -> dict[str, object]:
    return {
        "klopt": not report.broken,
        "seconden": round(seconds, 1),
        "rijen": report.rows,
        "controles": [
            {
                "code": one.code,
                "regel": one.sentence,
                "aantal": one.number,
                "eerste": [{"waar": mismatch.where, "wat": mismatch.what} for mismatch in one.first],
                "advies": one.advice if one.number else None,
            }
            for one in report.judged
        ],
    }
