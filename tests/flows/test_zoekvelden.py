"""What is only stored to be searched is filled for rows from before it was."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from betaalhub.domain.betaalopdracht import Betaler
from betaalhub.domain.statuses import BetalerSoort
from betaalhub.errors import BetaalhubError
from betaalhub.flows.zoekvelden import fill_search_fields
from betaalhub.storage.register import NOT_FILLED
from betaalhub.storage.tables import BetaalopdrachtRow, ProductregelRow
from tests.flows.town import Town

NAMEN = ("Sjaan van Zomeren", None, "Bakkerij Jansen B.V.", "...", "Zoë Åström")


@pytest.fixture
def old(town: Town) -> Town:
    """A town from before: nothing of it can be searched."""
    for naam in NAMEN:
        soort = BetalerSoort.BEDRIJF if naam and naam.startswith("Bakkerij") else BetalerSoort.BURGER
        town.offers(betaler=Betaler(soort, naam))
        town.clock.forward(days=1)
    town.does(lambda session: session.execute(update(BetaalopdrachtRow).values(zoeknaam=None)))
    town.does(lambda session: session.execute(update(ProductregelRow).values(aangemaakt_op=NOT_FILLED)))
    return town


def names(town: Town) -> list[str | None]:
    return [row.zoeknaam for row in sorted(town.all(BetaalopdrachtRow), key=lambda row: row.id)]


def times_agree(town: Town) -> bool:
    made = {row.id: row.aangemaakt_op for row in town.all(BetaalopdrachtRow)}
    return all(row.aangemaakt_op == made[row.betaalopdracht_id] for row in town.all(ProductregelRow))


def test_everything_is_filled_and_how_far_it_is_is_told(old: Town) -> None:
    told: list[tuple[int, int]] = []
    fill_search_fields(old.hub.sessions, told=lambda done, of: told.append((done, of)), step=2)
    assert names(old) == ["zomeren sjaan van", None, "bakkerij jansen", None, "astrom zoe"]
    assert times_agree(old)
    assert told == sorted(told)
    assert told[-1][0] == told[-1][1]


def test_what_was_cut_off_goes_on_the_next_time(old: Town) -> None:
    def stop(done: int, of: int) -> None:
        raise BetaalhubError("cut off")

    with pytest.raises(BetaalhubError):
        fill_search_fields(old.hub.sessions, told=stop, step=2)
    assert not times_agree(old)
    fill_search_fields(old.hub.sessions, step=2)
    assert times_agree(old)
    assert names(old)[0] == "zomeren sjaan van"


def test_a_register_in_which_all_is_filled_is_left_alone(town: Town) -> None:
    town.offers(betaler=Betaler(BetalerSoort.BURGER, "Sjaan van Zomeren"))
    told: list[int] = []
    fill_search_fields(town.hub.sessions, told=lambda done, of: told.append(done))
    assert told == []
    assert times_agree(town)
