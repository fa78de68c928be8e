"""Several people and processes at the same moment: one betaling, one answer, one batch, and nothing lost."""

from __future__ import annotations

from collections import Counter

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from betaalhub.domain.betaalopdracht import ProductregelVerzoek
from betaalhub.domain.evidence import PogingStatus
from betaalhub.domain.statuses import BetalingStatus
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.domain.werk import OutboxSoort
from betaalhub.errors import Refusal
from betaalhub.flows.ageing import find_too_old
from betaalhub.flows.ask import hint
from betaalhub.flows.boekingsbatch import collect_batches
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.process_psp_status import process_psp_status
from betaalhub.flows.uitval import open_uitval
from betaalhub.storage.database import lock, reading
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    BoekingsbatchRow,
    JournaalpostRow,
    OutboxRow,
    ProductregelRow,
    ToewijzingRow,
    UitvalRow,
    WinkelmandjeRow,
)
from betaalhub.worker.loop import run_once
from tests.flows.town import PARKEREN, VERGUNNING, Aside, Town, rapport, together

A, P, C, F = PogingStatus.APPROVED, PogingStatus.PENDING, PogingStatus.CANCELLED, PogingStatus.FAILED


@pytest.mark.parametrize("same_form", [True, False], ids=["a double click", "two tabs"])
def test_two_who_pay_the_same_winkelmandje_make_one_betaling(town: Town, same_form: bool) -> None:
    antwoord = town.offers()
    wishes = [town.wish(antwoord, "een"), town.wish(antwoord, "een" if same_form else "twee")]
    first, second = together(*(lambda wish=wish: town.pays(antwoord, wish) for wish in wishes))
    assert first.url and first.url == second.url
    assert len(town.psp.started) == 1
    assert [row.status for row in town.all(BetalingRow)] == ["GESTART"]


@pytest.mark.parametrize("_", range(4))
def test_who_joins_while_another_pays_is_in_it_or_not_but_never_half(town: Town, _: int) -> None:
    mine, other = town.offers(), town.offers(PARKEREN, zender="parkeren")
    wish = town.wish(mine)
    joined, result = together(lambda: town.joins(other, mine), lambda: town.pays(mine, wish))
    assert joined != bool(result.url)
    assert joined == (result.problem == "changed")
    _check_amounts(town)


def _check_amounts(town: Town) -> None:
    """Σ toewijzingen = betaling = what lies in its winkelmandje, and each winkelmandje's total is what lies in it."""
    with reading(town.hub.sessions) as session:
        for betaling in session.scalars(select(BetalingRow)):
            rows = session.execute(
                select(ToewijzingRow.bedrag_cent, BetaalopdrachtRow.winkelmandje_id)
                .join(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
                .join(BetaalopdrachtRow, BetaalopdrachtRow.id == ProductregelRow.betaalopdracht_id)
                .where(ToewijzingRow.betaling_id == betaling.id)
            ).all()
            assert sum(row.bedrag_cent for row in rows) == betaling.bedrag_cent
            assert {row.winkelmandje_id for row in rows} == {betaling.winkelmandje_id}
        totals = Counter[int]()
        for opdracht in session.scalars(select(BetaalopdrachtRow)):
            totals[opdracht.winkelmandje_id] += opdracht.totaal_cent
        assert all(row.totaal_cent == totals[row.id] for row in session.scalars(select(WinkelmandjeRow)))


@pytest.mark.parametrize("turned", [False, True], ids=["in order", "the older one last"])
@pytest.mark.parametrize(
    ("older", "newer", "end"),
    [(None, A, "BETAALD"), (P, A, "BETAALD"), (C, A, "BETAALD"), (A, P, "BETAALD"), (P, F, "MISLUKT"),
     (None, P, "IN_BEHANDELING"), (None, C, "GEANNULEERD")],
)  # fmt: skip
def test_two_answers_end_the_same_in_either_order(
    town: Town, older: PogingStatus | None, newer: PogingStatus | None, end: str, turned: bool
) -> None:
    _, betaling = town.started()
    answers = []
    for status in (older, newer):
        town.clock.forward(seconds=1)
        answers.append(rapport(status, at=town.clock()))
        town.clock.forward(seconds=1)
    for found in reversed(answers) if turned else answers:
        town.answered(betaling, found)
    assert town.all(BetalingRow)[0].status == end


def test_two_answers_at_once_are_booked_once(town: Town) -> None:
    antwoord, betaling = town.started()
    town.clock.forward(seconds=5)
    paid = rapport(A, at=town.clock())
    together(lambda: town.answered(betaling, paid), lambda: town.answered(betaling, paid))
    assert len(town.all(JournaalpostRow)) == 1
    assert town.opdracht(antwoord).versie_gewenst == 2


def test_a_hint_while_the_psp_is_asked_makes_it_asked_again(town: Town) -> None:
    _, betaling = town.started()
    town.clock.forward(minutes=1)

    def pays_after_the_answer() -> None:
        town.psp.answer, town.psp.during_status = A, lambda: None
        assert town.does(lambda session: hint(session, "psp", (betaling.psp_referentie,), now=town.clock())) == 1

    town.psp.during_status = pays_after_the_answer
    run_once(town.hub)
    assert town.all(BetalingRow)[0].status == BetalingStatus.GESTART
    run_once(town.hub)
    assert town.all(BetalingRow)[0].status == BetalingStatus.BETAALD


def test_two_workers_gather_each_journaalpost_once(town: Town) -> None:
    for _ in range(5):
        town.paid()
    gathered = together(
        *[lambda: town.does(lambda session: collect_batches(session, keys=town.hub.keys, now=town.clock()))] * 2
    )
    assert sum(gathered) == 5
    posts = town.all(JournaalpostRow)
    assert {post.status for post in posts} == {"IN_BATCH"}
    assert {post.batch_id for post in posts} == {batch.id for batch in town.all(BoekingsbatchRow)}


def test_the_same_kenmerk_under_two_referentienummers_is_one_betaalopdracht(town: Town) -> None:
    answers = together(*(lambda ref=ref: town.offers(kenmerk="zaak", referentienummer=ref) for ref in "abcd"))
    assert len({answer.betaalkenmerk for answer in answers}) == 1
    assert len(town.all(BetaalopdrachtRow)) == 1
    assert len(town.all(WinkelmandjeRow)) == 1
    verval = [row for row in town.all(OutboxRow) if row.soort == OutboxSoort.VERVAL]
    assert len(verval) == 1


def test_the_same_message_twice_at_once_gets_the_same_answer(town: Town) -> None:
    first, second, third = together(*[lambda: town.offers(kenmerk="zaak", referentienummer="ref")] * 3)
    assert first == second == third


def test_of_two_different_offers_under_one_kenmerk_one_is_refused(town: Town) -> None:
    def offer(aantal: int) -> str:
        regel = ProductregelVerzoek(1, "EVENEMENT", "Evenement", aantal, aantal * VERGUNNING.bedrag_cent)
        try:
            return town.offers(regel, kenmerk="zaak").status
        except Refusal as refusal:
            return refusal.code

    assert sorted(together(lambda: offer(1), lambda: offer(2))) == ["KENMERK_BEZET", "OPEN"]


def test_a_betaalopdracht_that_moves_while_its_late_money_comes_is_paid_where_it_lies(town: Town) -> None:
    antwoord, betaling = town.started()
    other = town.offers(PARKEREN, zender="parkeren")
    town.clock.forward(minutes=1)
    town.answered(betaling, rapport(F, at=town.clock()))
    town.clock.forward(minutes=1)
    with town.holding(town.joining(antwoord, other)):
        late = Aside(lambda: town.answered(betaling, rapport(A, at=town.clock())))
        town.wait_for_lock()
    assert late.result() == BetalingStatus.BETAALD
    assert town.opdracht(antwoord).status == "BETAALD"


def test_a_betaalopdracht_that_moves_while_it_is_replaced_is_replaced_where_it_lies(town: Town) -> None:
    town.offers(kenmerk="zaak")
    other = town.offers(PARKEREN, zender="parkeren")
    twice = ProductregelVerzoek(1, "EVENEMENT", "Evenement", 2, 2 * VERGUNNING.bedrag_cent)
    old = next(row for row in town.all(BetaalopdrachtRow) if row.eigen_kenmerk == "zaak")
    with town.holding(town.joining_row(old, other)):
        successor = Aside(lambda: town.offers(twice, kenmerk="zaak", vervang=True))
        town.wait_for_lock()
    assert town.mandje(successor.result()).id == town.mandje(other).id
    _check_amounts(town)


def test_money_that_comes_while_an_age_is_looked_at_leaves_no_uitval(town: Town) -> None:
    antwoord, betaling = town.started()
    town.clock.forward(days=2)

    def pays(session: Session) -> None:
        door = Door("burger", town.clock())
        process_psp_status(session, betaling.id, rapport(A, at=town.clock()), door=door, keys=town.hub.keys)

    with town.holding(pays):
        watch = Aside(lambda: town.does(lambda session: find_too_old(session, town.clock())))
        town.wait_for_lock()
    watch.result()
    assert town.all(UitvalRow) == []
    assert town.opdracht(antwoord).leverbaar


def test_two_who_meet_the_same_trouble_open_one_uitval(town: Town) -> None:
    (antwoord, first), (_, second) = town.started(), town.started()
    about = {"administratie_id": town.opdracht(antwoord).administratie_id}

    def trouble(session: Session, betaling: BetalingRow) -> None:
        door = Door("worker", town.clock())
        open_uitval(session, door, UitvalSoort.PSP_STORING, "account:1", **about, betaling_id=betaling.id)

    with town.holding(lambda session: trouble(session, first)):
        other = Aside(lambda: town.does(lambda session: trouble(session, second)))
        town.wait_for_lock()
    other.result()
    assert [(row.status, row.keer) for row in town.all(UitvalRow)] == [("OPEN", 1)]


def test_what_only_refers_to_a_locked_winkelmandje_does_not_wait_for_it(town: Town) -> None:
    """On PostgreSQL a foreign key is checked under a lock on the row referred to: that must not be a wait, or it is a deadlock."""
    if town.engine.dialect.name != "postgresql":
        pytest.skip("one writer at a time")
    mandje = town.mandje(town.offers())
    with (
        town.holding(lambda session: lock(session, WinkelmandjeRow, [mandje.id])),
        town.hub.sessions.begin() as session,
    ):
        session.execute(text("SET LOCAL lock_timeout = '1s'"))
        door = Door("worker", town.clock())
        record(session, door, "PROEF", onderwerp="PROEF", onderwerp_id=1, winkelmandje_id=mandje.id)
