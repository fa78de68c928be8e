"""`betaalhub queue`: what waits, for whom and since when; for a person at the terminal and for monitoring."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import click
from sqlalchemy.orm import Session, sessionmaker

from betaalhub.app import utc_now
from betaalhub.cli.dutch import command as dutch_command
from betaalhub.cli.register import open_register
from betaalhub.cli.screen import columns, in_local_time, told_difference
from betaalhub.settings import Settings
from betaalhub.storage.backlog import Backlog, backlog
from betaalhub.storage.circuits import CIRCUIT_THRESHOLD, Circuit, circuits
from betaalhub.storage.database import reading
from betaalhub.storage.database_clock import CLOCK_DIFFERS, clock_difference

_AGAIN = 2.0  # seconds
_HEADINGS = ("ontvanger", "soort", "wacht", "nu", "oudste", "bezig", "geprobeerd", "dood", "")


@dataclass(frozen=True, slots=True)
class _Stand:
    """The queue at one moment."""

    moment: datetime
    regels: tuple[Backlog, ...]
    storingen: dict[str, Circuit]
    klok: timedelta | None


@dutch_command("queue")
@click.option("--volg", is_flag=True, help="Ververs elke 2 seconden; Ctrl-C stopt.")
@click.option("--json", "as_json", is_flag=True, help="Als JSON, één regel per keer; voor monitoring.")
@click.option(
    "--alarm",
    type=click.IntRange(0, 100_000),
    metavar="MINUTEN",
    help="Exitcode 1 als er werk zo lang over tijd is, of als er werk dood is.",
)
def command(volg: bool, as_json: bool, alarm: int | None) -> None:
    """Toon het werk dat wacht, per ontvanger.

    Verandert niets. Er staan geen persoonsgegevens in het antwoord.
    """
    with open_register(Settings.from_env()) as sessions:
        while True:
            stand = _look(sessions)
            if volg and not as_json:
                click.clear()
            click.echo(json.dumps(_as_json(stand), ensure_ascii=False) if as_json else _as_text(stand))
            if not volg:
                break
            time.sleep(_AGAIN)
    if alarm is not None and _is_late(stand, timedelta(minutes=alarm)):
        raise SystemExit(1)


def _look(sessions: sessionmaker[Session]) -> _Stand:
    now = utc_now()
    with reading(sessions) as session:
        regels, storingen = backlog(session, now), circuits(session, now)
    return _Stand(now, regels, storingen, clock_difference(sessions, utc_now))


def _is_late(stand: _Stand, most: timedelta) -> bool:
    return any(regel.dood or (regel.oudste and stand.moment - regel.oudste >= most) for regel in stand.regels)


def _as_json(stand: _Stand) -> dict[str, Any]:
    def moment(value: datetime | None) -> str | None:
        return value.isoformat(timespec="seconds") if value else None

    return {
        "moment": moment(stand.moment),
        "klok_verschil_seconden": None if stand.klok is None else round(stand.klok.total_seconds(), 1),
        "werk": [
            {
                "ontvanger": regel.ontvanger,
                "soort": regel.soort,
                "wacht": regel.wacht,
                "nu": regel.nu,
                "oudste": moment(regel.oudste),
                "seconden_over_tijd": int((stand.moment - regel.oudste).total_seconds()) if regel.oudste else 0,
                "bezig": regel.bezig,
                "verlopen": regel.verlopen,
                "geprobeerd": regel.geprobeerd,
                "dood": regel.dood,
            }
            for regel in stand.regels
        ],
        "storingen": [
            {"ontvanger": ontvanger, "fouten": one.fouten, "gespaard_tot": moment(one.open_tot) if _is_open(one) else None}
            for ontvanger, one in sorted(stand.storingen.items())
        ],
    }  # fmt: skip


def _is_open(circuit: Circuit) -> bool:
    return circuit.fouten >= CIRCUIT_THRESHOLD


def _as_text(stand: _Stand) -> str:
    lines = [f"Wachtrij op {in_local_time(stand.moment)}"]
    if stand.regels:
        rows = [_HEADINGS, *(_row(stand, regel) for regel in stand.regels)]
        lines.append(columns(rows, indent="  ", right=(2, 3, 5, 6, 7)))
    else:
        lines.append("  Er wacht niets.")
    told = {regel.ontvanger for regel in stand.regels}
    lines += [
        f"  {ontvanger}: {_storing(one)}" for ontvanger, one in sorted(stand.storingen.items()) if ontvanger not in told
    ]
    if stand.klok is not None and abs(stand.klok) > CLOCK_DIFFERS:
        lines.append(f"Let op: de klok van deze server {told_difference(stand.klok)} het register.")
    return "\n".join(lines)


def _row(stand: _Stand, regel: Backlog) -> tuple[str, ...]:
    circuit = stand.storingen.get(regel.ontvanger)
    notes = [_storing(circuit)] if circuit is not None else []
    if regel.verlopen:
        notes.append(f"{regel.verlopen} te lang bezig")
    return (
        regel.ontvanger,
        regel.soort,
        str(regel.wacht),
        str(regel.nu),
        _age(stand.moment - regel.oudste) if regel.oudste else "-",
        str(regel.bezig),
        str(regel.geprobeerd),
        str(regel.dood),
        ", ".join(notes),
    )


def _storing(circuit: Circuit) -> str:
    if not _is_open(circuit):
        return f"{circuit.fouten} keer geen antwoord"
    return f"gespaard tot {in_local_time(circuit.open_tot)} ({circuit.fouten} keer geen antwoord)"


def _age(age: timedelta) -> str:
    """The largest two units that say something."""
    minutes, seconds = divmod(int(age.total_seconds()), 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    if days:
        return f"{days} d {hours} u"
    if hours:
        return f"{hours} u {minutes} min"
    return f"{minutes} min {seconds} s" if minutes else f"{seconds} s"
