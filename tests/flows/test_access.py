"""What ends, in time: a bewijs with a successor warns nobody, one without does."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from betaalhub.domain.bewijs import BewijsSoort
from betaalhub.errors import Refusal
from betaalhub.flows.aansluitingen import renew_password
from betaalhub.flows.access import MOST_BEWIJZEN, find_bewijzen, require_zender
from betaalhub.flows.bewijzen import NieuwBewijs, add_bewijs, end_bewijs, revoke_all
from betaalhub.flows.einddatums import find_endings
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.zenders import ZenderChange, change_zender
from betaalhub.storage.tables import AansluitingRow, BewijsRow
from tests.flows.town import ESB, NOW, Town

JAN = Door("Jan", NOW)


def gets(town: Town, soort: BewijsSoort, sleutel: str, *, days: int | None, geheim: str | None = None) -> BewijsRow:
    """The aansluiting esb-demo gets a bewijs for so many days."""
    end = None if days is None else NOW + timedelta(days=days)
    new = NieuwBewijs(soort, sleutel, geheim, geldig_van=NOW - timedelta(days=90), geldig_tot=end)
    return town.does(lambda session: add_bewijs(session, esb(town), new, Door("Jan", NOW - timedelta(days=90))))


def esb(town: Town) -> int:
    return next(row.id for row in town.all(AansluitingRow) if row.naam == "esb-demo")


def endings(town: Town) -> list[tuple[str, bool]]:
    return town.does(lambda session: [(one.wat, one.over) for one in find_endings(session, NOW)])


def test_in_the_last_thirty_days_it_is_told_and_after_that_it_is_an_error(town: Town) -> None:
    assert endings(town) == []
    row = gets(town, BewijsSoort.CERTIFICAAT, "a" * 64, days=31)
    assert endings(town) == []
    for days, told in ((30, [("het certificaat", False)]), (0, [("het certificaat", True)])):
        town.does(lambda s, days=days: end_bewijs(s, row.id, NOW + timedelta(days=days), JAN))  # type: ignore[misc]
        assert endings(town) == told


def test_a_successor_or_a_revocation_ends_the_warning(town: Town) -> None:
    gets(town, BewijsSoort.CERTIFICAAT, "a" * 64, days=1)
    gets(town, BewijsSoort.HANDTEKENING, "a" * 64, days=1)
    gets(town, BewijsSoort.CERTIFICAAT, "b" * 64, days=300)
    assert endings(town) == [("het certificaat voor handtekeningen", False)]
    town.does(lambda session: revoke_all(session, esb(town), BewijsSoort.HANDTEKENING, JAN))
    assert endings(town) == []


def test_an_aansluiting_that_is_switched_off_warns_nobody(town: Town) -> None:
    town.does(lambda session: session.execute(update(AansluitingRow).values(geldig_tot=NOW)))
    assert {wat for wat, _ in endings(town)} == {"de aansluiting zelf"}
    town.does(lambda session: session.execute(update(AansluitingRow).values(actief=False)))
    assert endings(town) == []


def test_the_newest_passwords_are_tried_and_no_more_than_a_few(town: Town) -> None:
    for number in range(6):
        gets(town, BewijsSoort.WACHTWOORD, "esb-demo", days=None, geheim=f"hash-{number}")
    found = town.does(lambda session: find_bewijzen(session, BewijsSoort.WACHTWOORD, "esb-demo", NOW))
    assert [one.geheim for one in found] == ["hash-5", "hash-4", "hash-3", "hash-2"]
    assert len(found) == MOST_BEWIJZEN


def test_an_end_that_was_near_is_not_put_off_by_a_new_password(town: Town) -> None:
    row = gets(town, BewijsSoort.WACHTWOORD, "esb-demo", days=3, geheim="hash")
    town.does(lambda session: renew_password(session, "esb-demo", "nieuw", JAN, keep=timedelta(days=14)).id)
    ends = {one.geheim: one.geldig_tot for one in town.all(BewijsRow)}
    assert ends["hash"] == row.geldig_tot
    assert ends["nieuw"] is None


def test_the_proof_ends_with_whatever_ends_first(town: Town) -> None:
    gets(town, BewijsSoort.OIN, "0" * 20, days=9)
    town.does(lambda session: session.execute(update(AansluitingRow).values(geldig_tot=NOW + timedelta(days=5))))
    (found,) = town.does(lambda session: find_bewijzen(session, BewijsSoort.OIN, "0" * 20, NOW))
    assert found.geldig_tot == NOW + timedelta(days=5)


def test_a_right_that_is_taken_away_is_gone_at_once_also_for_who_is_remembered(town: Town) -> None:
    def asks() -> str:
        return town.does(lambda session: require_zender(session, ESB, "parkeren", "StartBetaling").code)

    assert asks() == "parkeren"
    town.does(lambda session: change_zender(session, "parkeren", ZenderChange(operaties=["MeldLevering"]), JAN))
    with pytest.raises(Refusal, match="staat niet open"):
        asks()
