"""The citizens, each with tabs of her browser: look, pay, pay again in the other tab, join, take out, come back."""

from __future__ import annotations

from dataclasses import dataclass

from betaalhub.errors import NeighbourError, NotFound, Refusal
from betaalhub.flows.checkout import PayWish
from betaalhub.flows.mandje import (
    MandjeStand,
    betaling_by_volgnummer,
    join_by_kenmerk,
    remove_betaalopdracht,
    view_mandje,
)
from betaalhub.flows.paginastatus import Paginastatus
from betaalhub.steps.ask_psp import ask_psp
from betaalhub.steps.pay import pay
from betaalhub.storage import circuits
from betaalhub.storage.database import reading
from tests.simulation.psp_model import Order
from tests.simulation.world import World
from tests.simulation.zenders import started

_PAYABLE = {
    Paginastatus.CART,
    Paginastatus.OPEN,
    Paginastatus.FAILED,
    Paginastatus.CANCELLED,
    Paginastatus.EXPIRED,
    Paginastatus.RETURNED,
}


@dataclass
class Tab:
    """A page that stands open: the winkelmandje as she saw it, with its form."""

    token: str
    stand: MandjeStand
    form_key: str
    pressed: int = 0

    @property
    def meebetaaltoken(self) -> str:
        return self.stand.meebetaaltoken

    @property
    def wish(self) -> PayWish:
        """The form as it was when the page came."""
        return PayWish("IDEAL", self.form_key, self.stand.versie, self.stand.totaal_cent, "nl")


def look(world: World, token: str) -> MandjeStand:
    """The page of a winkelmandje; when a betaling is open, the address of the PSP stands on it."""
    with reading(world.hub.sessions) as session:
        stand = view_mandje(session, token, portaal=world.hub.portaal, now=world.clock(), attempt=world.hub.attempt)
    if stand.paginastatus == Paginastatus.OPEN and stand.betaling and stand.betaling.doorstuur_url:
        reach(world, stand.betaling.doorstuur_url)
    return stand


def reach(world: World, url: str) -> Order:
    """She has the address of an order at the PSP."""
    order = world.order(url.rsplit("/", 1)[1])
    order.reached = True
    return order


def opens_page(world: World) -> str | None:
    """A citizen opens the page of her betaalopdracht, perhaps for the second time."""
    tab = new_tab(world)
    return f"a citizen opens winkelmandje {tab.stand.kenmerk}: {tab.stand.paginastatus}" if tab else None


def new_tab(world: World) -> Tab | None:
    """One more page that stands open; of a winkelmandje that can be paid, most of the time."""
    found = [antwoord.betaal_url.rsplit("/", 1)[1] for _, antwoord in started(world)]
    if not found:
        return None
    for token in world.rng.sample(found, min(len(found), 3)):
        tab = Tab(token, look(world, token), world.hub.keys.token())
        if tab.stand.paginastatus in _PAYABLE:
            break
    world.tabs = [*world.tabs[-7:], tab]
    return tab


def presses_pay(world: World) -> str | None:
    """A citizen presses pay on a page that she just opened, or on an old one; the button may be pressed twice."""
    old = [tab for tab in world.tabs if tab.pressed < 2]
    tab = world.rng.choice(old) if old and world.rng.random() < 0.4 else new_tab(world)
    if tab is None:
        return None
    tab.pressed += 1
    with reading(world.hub.sessions) as session:
        spared = circuits.circuits_open(session, world.clock())
    known = {order.key for order in world.orders()}
    result = pay(world.hub, tab.token, tab.wish)
    if result.url:
        order = reach(world, result.url)
        alone = not any("meanwhile" in note for note in world.notes)
        if alone and order.key not in known and f"psp:{world.psp_of(order).account}" in spared:
            world.wrong.append(f"order {order.command.reference} was opened at a PSP account that is spared")
        return f"a citizen presses pay for {tab.stand.kenmerk} and comes to the PSP, order {order.command.reference}"
    return f"a citizen presses pay for {tab.stand.kenmerk}: {result.problem}"


def returns(world: World) -> str | None:
    """A citizen comes back from the PSP, or reloads that address."""
    known = [order for order in world.orders() if order.reached]
    if not known:
        return None
    order = world.rng.choice(known[-5:])
    token, _, volgnummer = order.command.return_url.split("/")[-3:]
    with reading(world.hub.sessions) as session:
        betaling_id = betaling_by_volgnummer(session, token, int(volgnummer))
    said = f"a citizen comes back from order {order.command.reference}"
    if betaling_id is None:
        world.wrong.append(f"{said}, and there is no such betaling")
        return said
    try:
        return f"{said}: {ask_psp(world.hub, betaling_id, wie='burger', timeout=3.0, only_ask=True)}"
    except NeighbourError as error:
        return f"{said}: the PSP gives no answer ({error.code})"


def joins(world: World) -> str | None:
    """A citizen adds another betaalopdracht to her winkelmandje, by kenmerk and amount."""
    found = started(world)
    if not world.tabs or not found:
        return None
    tab, (verzoek, antwoord) = world.rng.choice(world.tabs), world.rng.choice(found[-8:])
    said = f"a citizen adds {verzoek.kenmerk} to {tab.stand.kenmerk}"
    try:
        world.does(
            lambda session: join_by_kenmerk(
                session,
                tab.token,
                kenmerk=antwoord.betaalkenmerk,
                bedrag_cent=verzoek.totaal_cent,
                limits=world.hub.limits,
                now=world.clock(),
            )
        )
    except NotFound:
        return f"{said}, which can not be done"
    return said


def takes_out(world: World) -> str | None:
    """A citizen takes a betaalopdracht out of her winkelmandje."""
    found = started(world)
    if not world.tabs or not found:
        return None
    tab, (verzoek, antwoord) = world.rng.choice(world.tabs), world.rng.choice(found[-8:])
    said = f"a citizen takes {verzoek.kenmerk} out of {tab.stand.kenmerk}"
    try:
        world.does(
            lambda session: remove_betaalopdracht(
                session, tab.token, betaalkenmerk=antwoord.betaalkenmerk, keys=world.hub.keys, now=world.clock()
            )
        )
    except (NotFound, Refusal):
        return f"{said}, which can not be done"
    return said
