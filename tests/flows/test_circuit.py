"""A PSP account that refuses us or gives no answer is spared: nobody runs into it, nothing is lost, and it opens by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import Engine, update

from betaalhub.domain.evidence import PogingStatus
from betaalhub.domain.uitval import Oplossing
from betaalhub.errors import MISCONFIGURED, NeighbourError, Outcome
from betaalhub.flows.gebeurtenissen import Door
from betaalhub.flows.resolve_uitval import resolve_uitval
from betaalhub.flows.resolve_uitval_zaak import Keuze
from betaalhub.steps.ask_psp import ask_psp
from betaalhub.storage.tables import BetalingRow, CircuitRow, OutboxRow, UitvalRow, WinkelmandjeRow
from betaalhub.worker.loop import run_once, run_until_idle
from tests.flows.refunds import asks_back, decides, refunding, terug
from tests.flows.town import Town, make_town, together


def fails(outcome: Outcome, code: str) -> Callable[[], None]:
    def raises() -> None:
        raise NeighbourError(outcome, code, neighbour="psp")

    return raises


MISFIT, SILENT, REFUSES = (
    fails(Outcome.REFUSED, MISCONFIGURED),
    fails(Outcome.UNKNOWN, "NO_ANSWER_IN_TIME"),
    fails(Outcome.REFUSED, "REQUEST_DATA_INCORRECT"),
)


@pytest.fixture
def town(small_town: Town) -> Town:
    return small_town


@pytest.fixture
def everywhere(engine: Engine) -> Town:
    """A town on every database: where workers meet."""
    return make_town(engine)


def good() -> None:
    """The PSP answers."""


def down(town: Town, how: Callable[[], None] = MISFIT, *, times: int = 1) -> None:
    """Citizens ran into a PSP that is down in this way, and it still is."""
    town.psp.during_start = town.psp.during_health = how
    for _ in range(times):
        assert town.pays(town.offers()).url is None


def storing(town: Town) -> list[tuple[str, int, str | None]]:
    """The alarms: status, how often it fired, how it was resolved."""
    return [(row.status, row.keer, row.oplossing) for row in town.all(UitvalRow) if row.soort == "PSP_STORING"]


def resolve(town: Town, oplossing: Oplossing, reden: str | None = None) -> None:
    (row,) = (row for row in town.all(UitvalRow) if row.status == "OPEN")
    keuze = Keuze(oplossing, Door("J. Jansen", town.clock()), reden)
    town.does(lambda session: resolve_uitval(session, row.id, keuze, keys=town.hub.keys))


@pytest.mark.parametrize(("how", "times"), [(MISFIT, 1), (SILENT, 3)])
def test_who_comes_next_is_told_so_and_no_attempt_is_made(town: Town, how, times: int) -> None:
    down(town, how, times=times)
    started, antwoord = len(town.psp.started), town.offers()
    assert town.pays(antwoord).problem == "down"
    assert (len(town.psp.started), len(town.all(BetalingRow))) == (started, times)
    assert (town.mandje(antwoord).status, town.opdracht(antwoord).status) == ("OPEN", "OPEN")
    assert storing(town) == [("OPEN", 1, None)]


@pytest.mark.parametrize(("how", "times"), [(SILENT, 2), (REFUSES, 5)])
def test_a_stumble_or_a_refused_order_stops_nobody(town: Town, how, times: int) -> None:
    down(town, how, times=times)
    town.psp.during_start = good
    assert town.pays(town.offers()).url
    assert (storing(town), town.all(CircuitRow)) == ([], [])


def test_product_systems_notice_nothing(town: Town) -> None:
    down(town)
    assert town.offers().status == "OPEN"


def test_it_is_probed_and_opens_when_it_answers(town: Town) -> None:
    down(town)
    run_until_idle(town.hub)
    assert town.psp.probed == 0
    town.clock.forward(seconds=10)
    run_until_idle(town.hub)
    assert (town.psp.probed, town.pays(town.offers()).problem) == (1, "down")
    town.psp.during_start = town.psp.during_health = good
    town.clock.forward(minutes=5)
    run_until_idle(town.hub)
    assert (town.psp.probed, storing(town)) == (2, [("OPGELOST", 1, "AUTOMATISCH")])
    assert all(town.pays(row).url for row in [town.offers()])


def test_no_citizen_is_the_probe(town: Town) -> None:
    down(town)
    town.clock.forward(hours=1)
    assert town.pays(town.offers()).problem == "down"


def test_one_worker_at_a_time_probes(everywhere: Town) -> None:
    town = everywhere
    down(town)
    town.clock.forward(seconds=10)
    together(*[lambda: run_once(town.hub)] * 4)
    assert town.psp.probed == 1


def test_a_probe_that_is_never_heard_of_again_is_done_by_another(town: Town) -> None:
    class Killed(BaseException):
        """The worker is no more."""

    def dies() -> None:
        raise Killed

    down(town)
    town.psp.during_health = dies
    town.clock.forward(seconds=10)
    with pytest.raises(Killed):
        run_once(town.hub)
    town.psp.during_health = good
    run_once(town.hub)
    assert town.psp.probed == 1
    town.clock.forward(minutes=1)
    run_once(town.hub)
    assert (town.psp.probed, town.all(CircuitRow)) == (2, [])


def test_it_fires_again_when_it_fails_again(town: Town) -> None:
    down(town)
    town.psp.during_health = good
    town.clock.forward(seconds=10)
    run_until_idle(town.hub)
    down(town)
    assert storing(town) == [("OPEN", 2, "AUTOMATISCH")]


def test_a_person_closes_it_and_the_next_citizen_pays(town: Town) -> None:
    down(town)
    town.psp.during_start = good
    resolve(town, Oplossing.CIRCUIT_SLUITEN)
    assert town.pays(town.offers()).url
    assert [status for status, *_ in storing(town)] == ["OPGELOST"]


def test_who_closes_it_too_early_is_called_again(town: Town) -> None:
    down(town)
    resolve(town, Oplossing.CIRCUIT_SLUITEN)
    down(town)
    assert [one[:2] for one in storing(town)] == [("OPEN", 2)]


def test_no_action_leaves_it_open(town: Town) -> None:
    down(town)
    resolve(town, Oplossing.GEEN_ACTIE, reden="De PSP weet ervan")
    assert town.pays(town.offers()).problem == "down"


def test_attempts_under_way_are_kept_and_asked_when_it_opens(everywhere: Town) -> None:
    town = everywhere
    town.started()
    down(town, SILENT, times=3)
    town.clock.forward(minutes=2)  # all four are due; the first probe finds it still silent
    asked = []
    town.psp.during_status = lambda: asked.append(town.clock())
    run_until_idle(town.hub)
    assert (asked, [row.status for row in town.all(BetalingRow)]) == ([], ["GESTART", *["ONBEKEND"] * 3])
    town.psp.during_start = town.psp.during_health = good
    town.clock.forward(minutes=5)
    run_until_idle(town.hub)
    assert [row.status for row in town.all(BetalingRow)] == ["GESTART"] * 4
    assert asked


def test_unknown_ones_of_which_the_ask_lies_far_ahead_are_asked_at_once(town: Town) -> None:
    down(town, SILENT, times=3)
    town.does(lambda session: session.execute(update(OutboxRow).values(due_at=town.clock().replace(year=2027))))
    town.psp.during_start = town.psp.during_health = good
    town.clock.forward(minutes=2)
    run_until_idle(town.hub)
    assert [row.status for row in town.all(BetalingRow)] == ["GESTART"] * 3


def test_a_living_attempt_leads_back_to_the_psp_while_others_are_turned_away(town: Town) -> None:
    antwoord, _ = town.started()
    down(town)
    assert town.pays(antwoord).url
    assert town.pays(town.offers()).problem == "down"


def test_an_ask_that_asks_nobody_proves_nothing(town: Town) -> None:
    """An attempt that ended without a key is settled without a call."""
    town.psp.during_start = REFUSES
    town.pays(town.offers())
    down(town)
    (first, _) = town.all(BetalingRow)
    assert ask_psp(town.hub, first.id, wie="worker") == "MISLUKT"
    assert len(town.all(CircuitRow)) == 1


def test_the_silences_that_the_worker_meets_count_too(town: Town) -> None:
    down(town, SILENT, times=2)
    assert storing(town) == []
    town.clock.forward(minutes=1)
    run_until_idle(town.hub)
    assert storing(town) == [("OPEN", 1, None)]


def test_a_citizen_who_comes_back_may_bring_the_good_news(town: Town) -> None:
    _, betaling = town.started()
    down(town)
    town.psp.answer = PogingStatus.APPROVED
    ask_psp(town.hub, betaling.id, wie="burger", only_ask=True)
    assert town.all(CircuitRow) == []


def test_an_account_without_settings_calls_a_person_and_keeps_its_betalingen(town: Town) -> None:
    _, betaling = town.started()
    psp = town.hub.psps.pop("psp")  # type: ignore[attr-defined]
    town.clock.forward(minutes=2)
    run_until_idle(town.hub)
    assert [row.status for row in town.all(BetalingRow)] == ["GESTART"]
    assert storing(town) == [("OPEN", 1, None)]
    town.hub.psps["psp"] = psp  # type: ignore[index]
    town.psp.answer = PogingStatus.APPROVED
    town.clock.forward(minutes=6)
    run_until_idle(town.hub)
    town.clock.forward(minutes=15)
    run_until_idle(town.hub)
    assert [row.status for row in town.all(BetalingRow)] == ["BETAALD"]
    assert storing(town) == [("OPGELOST", 1, "AUTOMATISCH")]


def test_nothing_is_lost_of_a_winkelmandje_that_could_not_be_paid(town: Town) -> None:
    antwoord = town.offers()
    town.psp.during_start = town.psp.during_health = MISFIT
    assert town.pays(antwoord).problem == "unavailable"
    assert town.pays(antwoord).problem == "down"
    town.psp.during_start = town.psp.during_health = good
    town.clock.forward(seconds=10)
    run_until_idle(town.hub)
    assert town.pays(antwoord).url
    assert [row.status for row in town.all(WinkelmandjeRow)] == ["AFREKENEN"]


def test_a_refund_that_is_refused_us_calls_a_person_and_is_sent_when_it_works_again(town: Town) -> None:
    psp = refunding(town)
    psp.during_health = MISFIT
    psp.before += [NeighbourError(Outcome.REFUSED, MISCONFIGURED, neighbour="psp")]
    antwoord, _ = town.paid()
    asks_back(town, antwoord)
    decides(town)
    run_until_idle(town.hub)
    assert (storing(town), terug(town).status) == ([("OPEN", 1, None)], "VERZENDEN")
    assert town.pays(town.offers()).problem == "down"
    psp.during_health = good
    town.clock.forward(minutes=6)
    run_until_idle(town.hub)
    assert (storing(town), terug(town).status) == ([("OPGELOST", 1, "AUTOMATISCH")], "INGEDIEND")
    assert len({call.reference for call in psp.calls}) == 1
