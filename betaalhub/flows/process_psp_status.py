"""The PSP's answer about one betaling, judged and written down: the only place where money becomes true."""

from __future__ import annotations

from sqlalchemy.orm import Session

from betaalhub.domain.evidence import PspRapport
from betaalhub.domain.fold import Verdict, fold
from betaalhub.domain.statuses import (
    LIVE,
    UNDER_WAY,
    BetaalopdrachtStatus,
    BetalingStatus,
    TerugbetalingStatus,
    is_correction,
)
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.flows.bewegingen import process_bewegingen
from betaalhub.flows.boeking import book_paid, book_surplus
from betaalhub.flows.boeking_uitval import set_aside
from betaalhub.flows.change_status import change_betaling, end_when_gone
from betaalhub.flows.contradiction import tell_contradiction
from betaalhub.flows.gebeurtenissen import Door, record
from betaalhub.flows.herbereken import herbereken
from betaalhub.flows.keys import Keys
from betaalhub.flows.levering import open_niet_leverbaar
from betaalhub.flows.locks import Locked, lock_around
from betaalhub.flows.mail import wish_ontvangst
from betaalhub.flows.part_unpaid import part_unpaid
from betaalhub.flows.reserved import hold_loose
from betaalhub.flows.terugbetaling import covered_cents
from betaalhub.flows.terugboeking import process_terugboekingen, win_by_hand
from betaalhub.flows.uitval import close_by_itself, open_about, open_uitval
from betaalhub.storage import queries, terugbetaling_queries
from betaalhub.storage.tables import BetalingRow

_LATE = frozenset({BetaalopdrachtStatus.INGETROKKEN, BetaalopdrachtStatus.VERLOPEN})

_METHODE = 30  # characters that the register keeps


def process_psp_status(
    session: Session,
    betaling_id: int,
    rapport: PspRapport,
    *,
    door: Door,
    keys: Keys,
    closed_by_us: bool = False,
) -> BetalingStatus:
    """Fold the evidence over all attempts and write what follows; the same evidence twice changes nothing twice.

    `closed_by_us`: the order was cancelled at the PSP because its time was over, so unpaid now means VERLOPEN.
    """
    locked = lock_around(session, betaling_id)
    betaling = locked.betaling
    van = BetalingStatus(betaling.status)
    verdict = fold(rapport, expected_cents=betaling.bedrag_cent, current=van, accepted_cents=betaling.aanvaard_cent)
    if _is_older(rapport, betaling) and not _brings_money(verdict, betaling):
        return van
    to = _expired(verdict.status, van) if closed_by_us else verdict.status
    booked = betaling.ontvangen_cent if van == BetalingStatus.BETAALD else 0  # what was seen before it was paid is not
    surplus_before = max(0, booked - covered_cents(betaling))
    received_before = betaling.ontvangen_cent
    least = betaling.ontvangen_cent if van == BetalingStatus.BETAALD else betaling.gereserveerd_cent
    betaling.ontvangen_cent = max(least, verdict.received_cents)
    if betaling.ontvangen_cent != received_before:
        hold_loose(session, betaling)
    if verdict.methode:
        betaling.methode = verdict.methode[:_METHODE]  # a name that is too long must not keep money out
    if to is not None and to != van:
        change_betaling(session, betaling, to, door, seen_at=rapport.observed_at)
    _signal(session, locked, verdict, rapport, door)
    if to == BetalingStatus.BETAALD:
        settle(session, locked, door, keys)
        if to != van:
            wish_ontvangst(session, locked, door, keys=keys, alsnog=is_correction(van, to))
    elif betaling.status != BetalingStatus.BETAALD:
        aside = locked.mandje.administratie_id
        set_aside(session, betaling, verdict.received_cents, door, keys=keys, administratie_id=aside)
    # not the verdict's, which has none while something else about the order is strange: the money came in all the same
    surplus = max(0, betaling.ontvangen_cent - covered_cents(betaling))
    if BetalingStatus(betaling.status) == BetalingStatus.BETAALD and surplus > surplus_before:
        new = surplus - surplus_before
        book_surplus(session, betaling, new, door, keys=keys, administratie_id=locked.mandje.administratie_id)
    process_bewegingen(session, locked, rapport, door, keys)
    process_terugboekingen(session, locked, rapport, door, keys)
    if rapport.terugboekingen:
        _end_when_taken(session, betaling, door)
    win_by_hand(session, locked, verdict.received_cents, door, keys=keys, rapport=rapport)
    tell_contradiction(session, locked, verdict, door)
    for mandje in locked.mandjes:
        herbereken(session, mandje, door)
        part_unpaid(session, mandje, keys=keys, door=door)
    return BetalingStatus(betaling.status)


def _end_when_taken(session: Session, betaling: BetalingRow, door: Door) -> None:
    """The bank took all of another amount than was asked, and nothing else is going back: that attempt is over."""
    rows = terugbetaling_queries.of_betaling(session, betaling.id)
    if not any(TerugbetalingStatus(row.status) in UNDER_WAY for row in rows):
        end_when_gone(session, betaling, door, reden="BEDRAG_TERUGGEBOEKT")
    if betaling.reden == "BEDRAG_TERUGGEBOEKT":
        close_by_itself(session, door, {UitvalSoort.BEDRAG_AFWIJKEND}, betaling_id=betaling.id)


def _is_older(rapport: PspRapport, betaling: BetalingRow) -> bool:
    """Was it asked before the answer that gave the present status? Then it contradicts nothing; only money counts always.

    Equal times go to the answer, unless money was seen: two askers may share a tick of the clock.
    """
    paid = betaling.status == BetalingStatus.BETAALD
    return rapport.observed_at <= betaling.status_op if paid else rapport.observed_at < betaling.status_op


def _brings_money(verdict: Verdict, betaling: BetalingRow) -> bool:
    """Does it make the betaling BETAALD, or show more of one that is than anybody saw?"""
    more = betaling.status == BetalingStatus.BETAALD and verdict.received_cents > betaling.ontvangen_cent
    return verdict.status == BetalingStatus.BETAALD or more


def _expired(status: BetalingStatus | None, van: BetalingStatus) -> BetalingStatus | None:
    """After our own cancel an order that nobody paid is VERLOPEN; money, a pending bank, an unknown word or a status that is
    final meanwhile goes its usual way."""
    if van not in LIVE:
        return status
    unpaid = status in (BetalingStatus.GESTART, BetalingStatus.GEANNULEERD)
    return BetalingStatus.VERLOPEN if unpaid or (status is None and van == BetalingStatus.GESTART) else status


def _signal(session: Session, locked: Locked, verdict: Verdict, rapport: PspRapport, door: Door) -> None:
    """Open what waits for a person, and write the alarms down as facts. The figures of the cause make part of it: what a person
    resolved stays so until the PSP says something else."""
    betaling = locked.betaling
    for soort in verdict.uitval:
        if soort == UitvalSoort.PSP_SPREEKT_ZICH_TEGEN:
            continue  # `tell_contradiction` does
        if soort == UitvalSoort.DUBBEL_BETAALD and verdict.surplus_cents <= betaling.meer_gereserveerd_cent:
            continue  # what came in too much goes back already
        evidence = str(verdict.received_cents)
        if soort == UitvalSoort.BEDRAG_AFWIJKEND:
            evidence = f"{rapport.registered_cents}-{verdict.received_cents}"
        open_about(session, door, soort, locked, evidence=evidence, again=False)
    for alarm in verdict.alarms:
        record(
            session,
            door,
            "PSP_ALARM",
            onderwerp="BETALING",
            onderwerp_id=betaling.id,
            winkelmandje_id=betaling.winkelmandje_id,
            reden=alarm[:200],
        )


def settle(session: Session, locked: Locked, door: Door, keys: Keys) -> None:
    """A betaling became BETAALD: book what it pays, and open an uitval for what it pays late or twice."""
    betaling = locked.betaling
    set_aside(session, betaling, 0, door, keys=keys, administratie_id=locked.mandje.administratie_id)
    double = queries.double_covered(session, betaling.id)
    late = {row.id for row in locked.betaald if row.status in _LATE or row.herroepen_op is not None}
    open_about(session, door, UitvalSoort.LAAT_BETAALD, locked, only=late)
    open_about(session, door, UitvalSoort.DUBBEL_BETAALD, locked, only=double)
    open_niet_leverbaar(session, [row for row in locked.betaald if row.id not in late], door)
    for opdracht in locked.betaald:
        book_paid(session, betaling, opdracht, door, keys=keys, aside=opdracht.id in late | double)
    if betaling.meer_gereserveerd_cent > max(0, betaling.ontvangen_cent - covered_cents(betaling)):
        _tell_short(session, locked, door)


def _tell_short(session: Session, locked: Locked, door: Door) -> None:
    """Money of it went back, or was promised back, before it was paid in full: it covers less than it pays."""
    for opdracht in locked.betaald:
        open_uitval(
            session,
            door,
            UitvalSoort.TERUGBETALING_MISLUKT,
            f"tekort:{locked.betaling.id}:{opdracht.id}",
            administratie_id=opdracht.administratie_id,
            betaalopdracht_id=opdracht.id,
            winkelmandje_id=opdracht.winkelmandje_id,
            betaling_id=locked.betaling.id,
            omschrijving="Van deze betaling ging al geld terug, en daarna is zij toch helemaal betaald: er is minder over dan het "
            "bedrag. Keur een terugbetaling die nog loopt af, of vorder het verschil.",
        )
