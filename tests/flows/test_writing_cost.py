"""What each use of the register costs is bounded: statements, and round trips to a server (docs/benchmarks.md tells them)."""

from __future__ import annotations

from tests.flows.town import Town
from tests.flows.use_cases import costs

# At most: statements on PostgreSQL, round trips there, and statements on the others.
MOST = {
    "StartBetaling, regels: 1": (2, 4, 9),
    "StartBetaling, regels: 5": (2, 4, 9),
    "StartBetaling, regels: 50": (2, 4, 9),
    "StartBetaling, the same message": (1, 3, 1),
    "StartBetaling, the same Kenmerk": (2, 4, 2),
    "StartBetaling, joins": (8, 10, 14),
    "StartBetaling, Vervang": (22, 24, 28),
    "checkout, regels: 5": (22, 24, 23),
    "the PSP opened it": (12, 14, 12),
    "the PSP says nothing new": (12, 14, 12),
    "the PSP says BETAALD, regels: 5": (37, 39, 37),
    "a worker claims what is due": (6, 10, 6),
    "a statusbericht is read, told and done": (11, 16, 11),
    "VraagBetaalstatus": (6, 8, 6),
    "the feed is numbered": (4, 6, 4),
    "VraagWijzigingen": (3, 5, 3),
    "ZoekBetalingen, a day": (2, 5, 2),
    "TrekBetalingIn": (19, 21, 19),
    "RegistreerBetaling": (34, 36, 35),
    "VraagTerugbetaling": (26, 28, 26),
    "MeldLevering, NIET_LEVERBAAR": (21, 25, 21),
    "HerroepRegistratie": (38, 40, 39),
}


def test_no_use_of_the_register_costs_more_than_it_did(town: Town) -> None:
    found = costs(town)
    postgres = town.engine.dialect.name == "postgresql"
    over = {}
    for name, cost in found.items():
        statements, trips, elsewhere = MOST[name]
        if len(cost.statements) > (statements if postgres else elsewhere) or (cost.trips or 0) > trips:
            over[name] = str(cost)
    assert not over
    assert found.keys() == MOST.keys()
