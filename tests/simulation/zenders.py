"""The product systems: they offer, withdraw, replace, register, deliver, ask money back and follow their feed; and say it again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from betaalhub.domain.betaalopdracht import BetaalopdrachtVerzoek, ProductregelVerzoek
from betaalhub.domain.statuses import LeveringStatus
from betaalhub.domain.verzoeken import (
    HerroepingVerzoek,
    IntrekkingVerzoek,
    LeveringsregelVerzoek,
    LeveringVerzoek,
    RegistratieVerzoek,
    TerugbetaalregelVerzoek,
    TerugbetalingVerzoek,
)
from betaalhub.errors import Refusal
from betaalhub.flows.access import Aanroeper
from betaalhub.flows.antwoorden import Antwoord, write_antwoord
from betaalhub.flows.register_betaling import RegistratieAntwoord, register_betaling
from betaalhub.flows.report_levering import report_levering
from betaalhub.flows.request_terugbetaling import request_terugbetaling
from betaalhub.flows.revoke_registratie import revoke_registratie
from betaalhub.flows.start_betaling import StartBetalingAntwoord, start_betaling
from betaalhub.flows.wijzigingen import vraag_wijzigingen
from betaalhub.flows.withdraw import withdraw
from betaalhub.storage.database import reading
from tests.simulation.catalogue import TERUG
from tests.simulation.world import World

ESB = Aanroeper(1, "esb-demo", frozenset({"vergunningen", "burgerzaken", "parkeren"}))
PRODUCTS = {
    "vergunningen": (("EVENEMENT", 18_750), ("OMGEVING", None)),
    "burgerzaken": (("UITTREKSEL", 1_580),),
    "parkeren": (("PARKEREN", 9_600), ("MARKT", None), ("AFVALPAS", 1_210)),
}
MOST = 9  # betaalopdrachten in one town: enough to meet each other
Flow = Callable[..., Antwoord]


@dataclass
class Bericht:
    """A message that a product system sent, and what it got; it keeps both."""

    flow: Flow
    verzoek: Any
    what: str
    answer: str | None = None
    antwoord: Antwoord | None = None


@dataclass
class Feed:
    """What a product system read of its changes, and where it goes on."""

    vanaf: int = 0
    read: list[tuple[str, int]] = field(default_factory=list)


def say(world: World, bericht: Bericht) -> str:
    """Send a message, for the first time or again; the same message has the same answer."""
    try:
        antwoord = world.does(
            lambda session: bericht.flow(session, bericht.verzoek, aanroeper=ESB, omgeving=world.omgeving())
        )
    except Refusal as refusal:
        if bericht.answer is not None:
            world.wrong.append(f"{bericht.what} was answered before and is refused now: {refusal.code}")
        return f"{bericht.what}: {refusal.code}"
    text = write_antwoord(antwoord)
    if bericht.answer is not None and text != bericht.answer:
        world.wrong.append(f"{bericht.what} got another answer the second time: {bericht.answer} and {text}")
    bericht.answer, bericht.antwoord = text, antwoord
    return bericht.what


def new(world: World, flow: Flow, verzoek: Any, what: str) -> str:
    bericht = Bericht(flow, verzoek, what)
    world.berichten.append(bericht)
    return say(world, bericht)


def referentie(world: World) -> str:
    return f"ref-{world.seed}-{world.number()}-{world.rng.getrandbits(32):08x}"


def started(world: World) -> list[tuple[BetaalopdrachtVerzoek, StartBetalingAntwoord]]:
    """The betaalopdrachten that a product system knows to be there."""
    return [(one.verzoek, one.antwoord) for one in world.berichten if isinstance(one.antwoord, StartBetalingAntwoord)]


def some_opdracht(world: World, *statuses: str) -> tuple[BetaalopdrachtVerzoek, StartBetalingAntwoord] | None:
    """A betaalopdracht that is in one of these as far as its product system was told, most of the time; or any."""
    found = started(world)
    told = world.ontvanger.has
    fit = [one for one in found if one[1].betaalkenmerk in told and told[one[1].betaalkenmerk].status in statuses]
    if fit and world.rng.random() < 0.85:
        return world.rng.choice(fit)
    return world.rng.choice(found) if found and world.rng.random() < 0.4 else None


def offers(world: World) -> str | None:
    """A product system offers a betaalopdracht; it may point at a winkelmandje, or name its klant."""
    rng = world.rng
    if len(started(world)) >= MOST:
        return None
    zender = rng.choice(sorted(PRODUCTS))
    regels = []
    for nummer in range(1, rng.choice([1, 1, 2, 3]) + 1):
        code, price = rng.choice(PRODUCTS[zender])
        regels.append(ProductregelVerzoek(nummer, code, f"Product {code}", 1, price or rng.randrange(1, 30_000)))
    token = rng.choice([None, *(tab.meebetaaltoken for tab in world.tabs)])
    more: dict[str, Any] = {"meebetaaltoken": token, "klant_kenmerk": rng.choice([None, "klant-1", "klant-2"])}
    if rng.random() < 0.35:
        more["vervalt_op"] = world.clock() + timedelta(hours=rng.choice([25, 48, 200]))
    kenmerk = f"zaak-{world.number()}"
    return _offer(world, zender, kenmerk, tuple(regels), **more)


def _offer(world: World, zender: str, kenmerk: str, regels: tuple[ProductregelVerzoek, ...], **more: Any) -> str:
    cents = sum(regel.bedrag_cent for regel in regels)
    verzoek = BetaalopdrachtVerzoek(zender, referentie(world), kenmerk, regels, cents, TERUG, **more)
    verb = "replaces" if more.get("vervang") else "offers"
    return new(world, start_betaling, verzoek, f"{zender} {verb} betaalopdracht {kenmerk} of {cents} cents")


def replaces(world: World) -> str | None:
    """A product system replaces one by another amount (Vervang)."""
    found = started(world)
    if not found:
        return None
    verzoek, _ = world.rng.choice(found)
    code, price = world.rng.choice(PRODUCTS[verzoek.zender])
    regel = ProductregelVerzoek(1, code, f"Product {code}", 1, price or world.rng.randrange(1, 30_000))
    return _offer(world, verzoek.zender, verzoek.kenmerk, (regel,), vervang=True)


def withdraws(world: World) -> str | None:
    """A product system withdraws a betaalopdracht."""
    found = started(world)
    if not found:
        return None
    failed = [one for one in found if one[1].winkelmandje in _tried_in_vain(world)]
    verzoek, antwoord = world.rng.choice(failed if failed and world.rng.random() < 0.6 else found[-5:])
    wish = IntrekkingVerzoek(verzoek.zender, referentie(world), antwoord.betaalkenmerk, None, "Niet meer nodig")
    return new(world, withdraw, wish, f"{verzoek.zender} withdraws {verzoek.kenmerk}")


def _tried_in_vain(world: World) -> set[str]:
    """The winkelmandjes, by kenmerk, for which somebody tried to pay and did not: money may still come, late."""
    return {
        order.command.reference.partition("-")[0]
        for order in world.orders()
        if order.attempts and not any(one.money for one in order.attempts)
    }


def registers(world: World) -> str | None:
    """A product system received the money itself, at the counter."""
    found = started(world)
    if not found:
        return None
    verzoek, antwoord = world.rng.choice(found)
    cents = verzoek.totaal_cent + world.rng.choice([0, 0, 0, 1])
    wish = RegistratieVerzoek(
        verzoek.zender, referentie(world), antwoord.betaalkenmerk, None, cents, "PIN", world.clock(), "bon-1"
    )
    return new(world, register_betaling, wish, f"{verzoek.zender} registers that {verzoek.kenmerk} was paid by PIN")


def revokes(world: World) -> str | None:
    """A product system takes a registration back."""
    found = [one for one in world.berichten if isinstance(one.antwoord, RegistratieAntwoord)]
    if not found:
        return None
    bericht = world.rng.choice(found)
    assert isinstance(bericht.antwoord, RegistratieAntwoord)
    zender = bericht.verzoek.zender
    wish = HerroepingVerzoek(zender, referentie(world), bericht.antwoord.registratienummer, "Vergissing")
    return new(world, revoke_registratie, wish, f"{zender} revokes registratie {bericht.antwoord.registratienummer}")


def delivers(world: World) -> str | None:
    """A product system tells how far the levering is."""
    found = some_opdracht(world, "BETAALD")
    if found is None:
        return None
    verzoek, antwoord = found
    levering = world.rng.choice([one for one in LeveringStatus if one != LeveringStatus.NIET_GEMELD])
    regel = world.rng.choice(verzoek.regels)
    wish = LeveringVerzoek(
        verzoek.zender,
        referentie(world),
        antwoord.betaalkenmerk,
        None,
        (LeveringsregelVerzoek(regel.regelnummer, levering, None),),
    )
    return new(world, report_levering, wish, f"{verzoek.zender} tells that {verzoek.kenmerk} is {levering}")


def asks_back(world: World) -> str | None:
    """A product system asks money back: all that is left, or a part of a productregel."""
    found = some_opdracht(world, "BETAALD", "DEELS_TERUGBETAALD")
    if found is None:
        return None
    verzoek, antwoord = found
    regels: tuple[TerugbetaalregelVerzoek, ...] = ()
    if world.rng.random() < 0.6:
        regel = world.rng.choice(verzoek.regels)
        regels = (TerugbetaalregelVerzoek(regel.regelnummer, world.rng.choice([None, 1, regel.bedrag_cent // 2 or 1])),)
    wish = TerugbetalingVerzoek(
        verzoek.zender, referentie(world), antwoord.betaalkenmerk, None, regels, "Klant wil het niet meer"
    )
    return new(world, request_terugbetaling, wish, f"{verzoek.zender} asks money of {verzoek.kenmerk} back")


def repeats(world: World) -> str | None:
    """An ESB sends a message again, whether it was answered or not."""
    if not world.berichten:
        return None
    unanswered = [one for one in world.berichten if one.answer is None]
    bericht = world.rng.choice(unanswered if unanswered and world.rng.random() < 0.7 else world.berichten)
    return f"again: {say(world, bericht)}"


def follows(world: World) -> str | None:
    """A product system reads on in its feed."""
    zender = world.rng.choice(sorted(PRODUCTS))
    return f"{zender} reads {read_on(world, zender, world.rng.choice([1, 3, 100]))} changes"


def read_on(world: World, zender: str, maximum: int) -> int:
    """Read the next part of a feed; how many changes there were."""
    feed = world.feeds.setdefault(zender, Feed())
    with reading(world.hub.sessions) as session:
        found = vraag_wijzigingen(session, zender=zender, aanroeper=ESB, vanaf=feed.vanaf, maximum=maximum)
    feed.read += [(one.betaalkenmerk, one.versie) for one in found.wijzigingen]
    feed.vanaf = found.volgende
    return len(found.wijzigingen)
