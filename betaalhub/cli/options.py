"""What several commands ask for in the same way: who does it, a date, one change in one transaction."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import click
from sqlalchemy.orm import Session

from betaalhub.app import make_keys, utc_now
from betaalhub.cli.register import open_register
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.keys import Keys
from betaalhub.settings import Settings
from betaalhub.storage.database import reading, with_retries

T = TypeVar("T")

_AMSTERDAM = ZoneInfo("Europe/Amsterdam")
_LONGEST = 100


def _name(_context: click.Context, _option: click.Parameter, value: str) -> str:
    if not 0 < len(value.strip()) <= _LONGEST:
        raise click.BadParameter("zeg wie u bent, in hooguit 100 tekens.", param_hint="'--door'")
    return value.strip()


def _date(_context: click.Context, option: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        day = date.fromisoformat(value)
    except ValueError:
        raise click.BadParameter("geef een datum als 2027-01-31.") from None
    # To the end of that day in the town hall: what is valid until the 31st works on the 31st.
    return datetime.combine(day, time(23, 59, 59), _AMSTERDAM).astimezone(UTC)


who = click.option("--door", required=True, metavar="NAAM", callback=_name, help="Uw naam; komt in het register.")
until = click.option(
    "--geldig-tot", metavar="DATUM", callback=_date, help="De laatste dag waarop het geldt, bijvoorbeeld 2027-01-31."
)


def change(door: str, work: Callable[[Session, Door], T]) -> T:
    """Do this work in the register, in one transaction, by this person, now."""
    with open_register(Settings.from_env()) as sessions:
        return with_retries(sessions, lambda session: work(session, Door(door, utc_now())))


def our_keys() -> Keys:
    """What the flows get of this installation."""
    return make_keys(Settings.from_env())


def look(work: Callable[[Session], T]) -> T:
    """Read this from the register."""
    with open_register(Settings.from_env()) as sessions, reading(sessions) as session:
        return work(session)


def changed_list(old: Any, more: tuple[str, ...], less: tuple[str, ...], what: str) -> tuple[str, ...] | None:
    """The whole list after adding and taking away; None when nothing was asked. What is not there can not be taken away."""
    if not more and not less:
        return None
    absent = [one for one in less if one not in old]
    if absent:
        raise click.UsageError(f"{what} {', '.join(absent)} staat er niet bij.")
    return tuple(dict.fromkeys(one for one in (*old, *more) if one not in less))
