"""Every scenario of the simulators, played through a real hub: it ends as the table says."""

from __future__ import annotations

import pytest

from gemeentelijke_koppelingen.simulatoren.scenarios import STORIES, Buur, Story
from tests.builders import regel
from tests.journeys.stad import NewStad, Opdracht, Stad

WITHOUT_BACK = [story for story in STORIES if not story.asks_back]


def offered(stad: Stad, story: Story) -> Opdracht:
    """A betaalopdracht of the amount that plays this scenario, € 1.000 more than the smallest."""
    return stad.offers(Productregel=[regel("OMGEVING", 100_000 * 10 + story.cents)])


def pays(stad: Stad, opdracht: Opdracht) -> None:
    """The citizen tries; where the PSP shows its page, she presses the first button."""
    burger = stad.burger(opdracht).presses_pay()
    if "/ps/afronden" in burger.browser.page:
        burger.at_psp()
    stad.passes(minutes=2)


def play(stad: Stad, story: Story, opdracht: Opdracht) -> None:
    """The citizen, and all that is planned; then a day passes."""
    pays(stad, opdracht)
    if story.then is not None and stad.status(opdracht) == "OPEN" and not stad.uitval("PSP_STORING"):
        pays(stad, opdracht)
    stad.passes(minutes=30)
    for order in stad.orders():
        for _ in order["planned"]:
            stad.psp(f"orders/{order['reference']}/next")
            stad.psp(f"orders/{order['reference']}/notify")
            stad.passes(minutes=30)
    stad.passes(hours=26)


@pytest.mark.parametrize("story", WITHOUT_BACK, ids=lambda story: story.name)
def test_a_scenario_ends_as_its_row_says(new_stad: NewStad, story: Story) -> None:
    stad = new_stad(neighbour_timeout=1)
    stad.psp("planning", auto=False)
    opdracht = offered(stad, story)
    play(stad, story, opdracht)
    assert (stad.status(opdracht), tuple(row.soort for row in stad.uitval())) == (story.status, story.uitval)
    assert story.buur is not Buur.PSP or stad.orders()[0]["scenario"]["name"] == story.name or story.faults
