"""Everything that somebody may do in the town, and how often."""

from __future__ import annotations

from tests.simulation import bank, burgers, desk, house, zenders
from tests.simulation.world import Step

ESSENTIAL = frozenset({"offers", "page", "pays", "attempt", "work", "time"})  # without these nothing happens at all

STEPS = (
    Step("offers", "a product system offers a betaalopdracht", 6, zenders.offers),
    Step("replaces", "a product system replaces a betaalopdracht", 1, zenders.replaces),
    Step("withdraws", "a product system withdraws a betaalopdracht", 3, zenders.withdraws),
    Step("registers", "a product system registers a betaling", 1, zenders.registers),
    Step("revokes", "a product system revokes a registratie", 1, zenders.revokes),
    Step("delivers", "a product system tells of a levering", 3, zenders.delivers),
    Step("asks_back", "a product system asks money back", 6, zenders.asks_back),
    Step("repeats", "a product system says it again", 3, zenders.repeats),
    Step("follows", "a product system reads its feed", 1, zenders.follows),
    Step("page", "a citizen opens a page", 3, burgers.opens_page),
    Step("pays", "a citizen presses pay", 12, burgers.presses_pay),
    Step("returns", "a citizen comes back", 5, burgers.returns),
    Step("joins", "a citizen adds a betaalopdracht", 2, burgers.joins),
    Step("takes_out", "a citizen takes a betaalopdracht out", 1, burgers.takes_out),
    Step("attempt", "a citizen tries to pay at the PSP", 14, bank.attempts),
    Step("goes_on", "an attempt goes on after all", 8, bank.goes_on),
    Step("by_hand", "somebody gives money back at the PSP", 1, bank.gives_back_by_hand),
    Step("takes_back", "the bank takes money back", 2, bank.takes_back),
    Step("reverses", "the PSP reverses an approval", 1, bank.reverses),
    Step("notifies", "the PSP notifies", 9, bank.notifies),
    Step("work", "a worker works", 16, house.works),
    Step("watch", "the watch looks around", 2, house.watches),
    Step("time", "time passes", 12, house.time_passes),
    Step("away", "a neighbour goes away", 2, house.goes_away),
    Step("resolves", "an administrator resolves an uitval", 4, desk.resolves),
    Step("decides", "an administrator decides about a terugbetaling", 8, desk.decides),
    Step("asks", "an administrator asks money back", 4, desk.asks_back),
    Step("catalogus", "somebody loads a catalogue", 1, house.changes_catalogus),
)
NAMES = tuple(step.name for step in STEPS)
