"""Every scenario of the simulators, played through a real hub: it ends as the table says."""

from __future__ import annotations

import pytest

from betaalhub.storage.tables import BetalingRow
from gemeentelijke_koppelingen.simulatoren.scenarios import STORIES, Buur, Story
from tests.builders import regel
from tests.journeys.balie import asks_back
from tests.journeys.geval import approves
from tests.journeys.stad import NewStad, Opdracht, Stad


def offered(stad: Stad, story: Story) -> Opdracht:
    """A betaalopdracht of the amount that plays this scenario, € 1.000 more than the smallest."""
    return stad.offers(Productregel=[regel("OMGEVING", 100_000 * 10 + story.cents)])


def pays(stad: Stad, opdracht: Opdracht) -> None:
    """The citizen tries; where the PSP shows its page, she presses the first button, and where it was late she goes on."""
    burger = stad.burger(opdracht).presses_pay()
    if "/ps/afronden" in burger.browser.page:
        burger.at_psp()
    stad.passes(minutes=2)
    if stad.betalingen()[-1] == "GESTART" and not stad.orders()[-1]["payments"]:
        burger.browser.open(stad.rows(BetalingRow)[-1].doorstuur_url)


def play(stad: Stad, story: Story, opdracht: Opdracht) -> None:
    """The citizen, the terugbetaling if the scenario is about one, and all that is planned; then a day passes."""
    pays(stad, opdracht)
    if story.then is not None and stad.status(opdracht) == "OPEN":
        pays(stad, opdracht)
    stad.passes(minutes=30)
    if story.asks_back:
        asks_back(stad, opdracht)
        approves(stad)
        stad.work()
    for order in stad.orders():
        for _ in order["planned"]:
            stad.psp(f"orders/{order['reference']}/next")
            stad.psp(f"orders/{order['reference']}/notify")
            stad.passes(minutes=30)
    stad.passes(hours=26)


def played(stad: Stad, story: Story) -> list[str]:
    """The missteps that were made, in the neighbour's own account."""
    if story.buur is Buur.PSP:
        return [one["what"].replace("storing ", "") for one in stad.happenings() if ": storing " in one["what"]]
    listing = stad.journaal() if story.buur is Buur.ERP else stad.productsysteem_listing()
    return list(listing["storingen"])


@pytest.mark.parametrize("story", STORIES, ids=lambda story: story.name)
def test_a_scenario_ends_as_its_row_says(new_stad: NewStad, story: Story) -> None:
    stad = new_stad(neighbour_timeout=1)
    stad.psp("planning", auto=False)
    opdracht = offered(stad, story)
    play(stad, story, opdracht)
    assert (stad.status(opdracht), tuple(row.soort for row in stad.uitval())) == (story.status, story.uitval)
    assert {one["scenario"]["name"] for one in stad.orders()} <= {story.name if story.buur is Buur.PSP else ""}
    faults = [f"{operation}: {text}" for operation, texts in story.faults.items() for text in texts]
    assert sorted(played(stad, story)) == sorted(faults)
