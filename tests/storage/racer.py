"""A process that races against others of its kind on one register, for the tests.

It reads a line of JSON with the URL of the register, the race, its own number and how many rounds; says `ready`, waits for the
next line, runs, and says what it got in each round as JSON. Then it waits for the next race.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import asdict
from typing import Any

from sqlalchemy import text

from betaalhub.domain.betaalopdracht import ProductregelVerzoek
from betaalhub.errors import Refusal
from betaalhub.flows.checkout import PayWish
from betaalhub.flows.wijzigingen import number_wijzigingen
from betaalhub.steps.pay import pay
from betaalhub.storage.database import make_engine
from betaalhub.storage.tables import WinkelmandjeRow, ZenderRow
from tests.flows.town import VERGUNNING, Town, enter_town


def same_message(town: Town, me: int, number: int) -> Any:
    """All send the same message under the same Referentienummer."""
    return asdict(town.offers(referentienummer=f"samen-{number}", kenmerk=f"zaak-{number}"))


def same_kenmerk(town: Town, me: int, number: int) -> Any:
    """Each offers something else under the same Kenmerk."""
    regel = ProductregelVerzoek(1, "EVENEMENT", "Evenement", me + 1, (me + 1) * VERGUNNING.bedrag_cent)
    try:
        return town.offers(regel, referentienummer=f"van-{me}-{number}", kenmerk=f"zaak-{number}").betaalkenmerk
    except Refusal as refusal:
        return refusal.code


def same_mandje(town: Town, me: int, number: int) -> Any:
    """All press the button of the same winkelmandje, each on a page of its own."""
    mandje = town.all(WinkelmandjeRow)[number]
    wish = PayWish("IDEAL", f"van-{me}-{number}", mandje.versie, mandje.totaal_cent, "nl")
    return pay(town.hub, mandje.token, wish).url


def same_feed(town: Town, me: int, number: int) -> Any:
    """All write and give out numbers in the same feed."""
    made = town.offers(referentienummer=f"van-{me}-{number}", kenmerk=f"zaak-{me}-{number}").betaalkenmerk
    zender = next(row.id for row in town.all(ZenderRow) if row.code == "vergunningen")
    town.does(lambda session: number_wijzigingen(session, zender))
    return made


RACES: dict[str, Callable[[Town, int, int], Any]] = {
    race.__name__: race for race in (same_message, same_kenmerk, same_mandje, same_feed)
}


def say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


def run(url: str, race: str, me: int, rounds: int) -> None:
    engine = make_engine(url)
    town = enter_town(engine)
    with engine.connect() as connection:  # what happens once is done before the start
        connection.execute(text("SELECT 1" if engine.dialect.name != "oracle" else "SELECT 1 FROM dual"))
    say("ready")
    sys.stdin.readline()
    try:
        say(json.dumps([RACES[race](town, me, number) for number in range(rounds)], default=str))
    except Exception as error:  # it is told, and the next race can be run
        say(json.dumps({"error": repr(error)}))
    engine.dispose()


if __name__ == "__main__":
    for line in sys.stdin:
        run(**json.loads(line))
