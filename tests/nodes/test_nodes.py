"""Two hubs and three workers behind one nginx on one PostgreSQL: whatever is killed, nothing is lost, double or wrong."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text

from tests.nodes.chaos import Kind
from tests.nodes.load import Outcome, Plan, run
from tests.nodes.town import NodesTown, town

ROLLING_SECONDS, CHAOS_SECONDS = 25.0, 50.0


def told(running: NodesTown, outcome: Outcome) -> str:
    """What to read when it is not right."""
    seen = [f"{step}: {how}, {times} times" for (step, how), times in outcome.measures.errors.items()]
    return "\n".join(["", *outcome.differences[:20], "", *seen, "", *outcome.happened, "", *running.complaints()])


def test_node_by_node_reloaded_and_restarted_nobody_notices(seed: int, folder: Path) -> None:
    with town(folder) as running:
        outcome = run(running, Plan(ROLLING_SECONDS, citizens=4, seed=seed, chaos=Kind.ROLLING))
        assert any(" of hub" in one for one in outcome.happened), "nothing was reloaded or restarted"
        assert not outcome.measures.errors, told(running, outcome)
        assert not outcome.differences, told(running, outcome)


def test_whatever_is_killed_nothing_is_lost_double_or_wrong(seed: int, folder: Path) -> None:
    with town(folder) as running:
        outcome = run(running, Plan(CHAOS_SECONDS, citizens=6, seed=seed, chaos=Kind.EVERYTHING))
        assert len(outcome.ledger.zaken) >= 10 and len(outcome.happened) >= 5
        assert not outcome.differences, told(running, outcome)
        what_is_wrong_is_seen(running, outcome)


def what_is_wrong_is_seen(running: NodesTown, outcome: Outcome) -> None:
    """The proof can fail: a cent, a versie, a payment and a message too many are each found, by kenmerk."""
    paid = next(zaak for zaak in outcome.ledger.zaken if zaak.story == "pays" and zaak.paid_at_psp)
    paid.paid_at_psp = False
    assert any(f"{paid.kenmerk} (pays, {paid.betaalkenmerk}): the PSP has" in one for one in outcome.again())
    paid.paid_at_psp = True
    for wrong, found in (
        ("UPDATE betaalopdracht SET ontvangen_cent = ontvangen_cent - 1 WHERE kenmerk = :kenmerk", "betaalopdracht"),
        ("UPDATE betaalopdracht SET versie_gewenst = versie_gewenst + 1 WHERE kenmerk = :kenmerk", "the feed told of"),
        ("UPDATE betaalopdracht SET eigen_kenmerk = 'ZK-niemand' WHERE kenmerk = :kenmerk", "nobody sent it"),
    ):
        with running.engine.begin() as connection:
            connection.execute(text(wrong), {"kenmerk": paid.betaalkenmerk})
        assert any(found in one for one in outcome.again()), found
