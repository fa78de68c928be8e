"""The stories of the load: what a product system and a citizen do with one betaalopdracht, and what each of them believes after it."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from betaalhub.errors import BetaalhubError
from tests.builders import PRIJZEN, ZENDERS
from tests.nodes.burger import PAID, Burger, GaveUp
from tests.nodes.measures import Measures
from tests.nodes.town import Addresses, NodesTown
from tests.nodes.zender import Bericht, NeverAnswered, Zender
from tests.soap.calls import elements


@dataclass(slots=True)
class Zaak:
    """One case of a product system: its message, the citizen's story, and what they saw."""

    zender: str
    kenmerk: str
    story: str
    codes: dict[str, int]
    start: Bericht | None = None
    berichten: list[Bericht] = field(default_factory=list)
    attempt: int = 1  # the betaling for which she was last at the PSP
    paid_at_psp: bool = False  # she did what pays, at the PSP
    paid_at_counter: bool = False
    with_kenmerk: str = ""  # of the winkelmandje of another zaak in which it lies
    stand: str = ""  # how her page said that it stood, when she stopped looking
    saw: list[str] = field(default_factory=list)
    seconds: float = 0.0  # from the message to the page that says that she has paid
    wrong: list[str] = field(default_factory=list)

    @property
    def betaalkenmerk(self) -> str:
        return self.text("Betaalkenmerk")

    @property
    def url(self) -> str:
        return self.text("BetaalUrl")

    @property
    def winkelmandje(self) -> str:
        return self.text("Winkelmandje")

    @property
    def totaal_cent(self) -> int:
        return sum(self.codes.values())

    def text(self, name: str) -> str:
        """A value of the answer to StartBetaling."""
        assert self.start is not None and self.start.answer is not None, f"{self.kenmerk} was never answered"
        return self.start.answer.text(name) or ""


@dataclass(slots=True)
class Ledger:
    """Everything that everybody outside the hub knows."""

    zaken: list[Zaak] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def add(self, zaak: Zaak) -> None:
        with self._lock:
            self.zaken.append(zaak)

    def tell(self, what: str) -> None:
        """Something that may never happen was seen."""
        with self._lock:
            self.wrong.append(what)


class Actor:
    """One citizen after another, each with the product system that offers her something."""

    def __init__(self, number: int, seed: int, town: NodesTown, measures: Measures, ledger: Ledger) -> None:
        self._rng = random.Random(f"{seed}:{number}")
        self._number, self._town, self._measures, self._ledger = number, town, measures, ledger
        self._zender = Zender(town.at, measures, self._rng)
        self._count = 0

    @property
    def _at(self) -> Addresses:
        return self._town.at

    def one(self, story: str = "") -> Zaak:
        """One story from begin to end."""
        story = story or self._rng.choices(list(STORIES), [weight for weight, _ in STORIES.values()])[0]
        zaak = self._offers(story)
        try:
            STORIES[story][1](self, zaak)
        except GaveUp:  # nothing is wrong with the money for that; where nothing was killed it may not happen
            self._measures.failed("burger", "gaf het op")
        except (BetaalhubError, NeverAnswered) as error:
            zaak.wrong.append(str(error))
        return zaak

    def _goes(self, zaak: Zaak, burger: Burger, methode: str = "IDEAL", *, tabs: int = 1) -> bool:
        """She goes to the PSP, if there is anything to pay."""
        goes = burger.goes_to_psp(methode, tabs=tabs)
        zaak.attempt = burger.attempt
        return goes

    def _offers(self, story: str, **rest: str) -> Zaak:
        self._count += 1
        code = self._rng.choice(sorted(PRIJZEN))
        zender = ZENDERS.get(code, "parkeren")
        fits = [one for one in sorted(PRIJZEN) if ZENDERS.get(one, "parkeren") == zender]
        codes = {one: PRIJZEN[one] for one in self._rng.sample(fits, self._rng.randint(1, len(fits)))}
        zaak = Zaak(zender, f"ZK-{self._number}-{self._count}", story, codes)
        self._ledger.add(zaak)
        try:
            zaak.start = self._zender.offers(zender, zaak.kenmerk, codes, **rest)
        except NeverAnswered as error:
            zaak.wrong.append(f"{error} kreeg nooit antwoord")
        if zaak.start is not None and zaak.start.refusal:
            zaak.wrong.append(f"StartBetaling is geweigerd: {zaak.start.refusal}")
        repeats = zaak.start is not None and zaak.start.answer is not None and self._rng.random() < 0.05
        if zaak.start is not None and repeats and not self._zender.again(zaak.start):
            zaak.wrong.append("een herhaalde StartBetaling kreeg een ander antwoord")
        return zaak

    def _burger(self, zaak: Zaak) -> Burger:
        return Burger(zaak.url, self._at, self._measures, self._rng)

    def _ends(self, zaak: Zaak, burger: Burger, *wanted: str, seconds: float = 60.0) -> None:
        zaak.stand = burger.waits_for(*wanted, seconds=seconds)
        burger.reads_page()
        zaak.saw += burger.saw

    def _psp(self, zaak: Zaak, path: str, **values: object) -> bool:
        """Something happens at the PSP to the order that she was at last; False when it could not."""
        where = f"orders/{zaak.winkelmandje}-{zaak.attempt}/{path}"
        return self._town.control(self._at.psp, where, **values).status_code == 200

    def _says(self, zaak: Zaak, operatie: str, **values: object) -> Bericht:
        made = self._zender.says(operatie, zaak.zender, elements(Betaalkenmerk=zaak.betaalkenmerk, **values))
        zaak.berichten.append(made)
        return made

    # --- the stories

    def pays(self, zaak: Zaak, methode: str = "IDEAL", tabs: int = 1) -> None:
        """She pays and sees that she has."""
        began = time.monotonic()
        burger = self._burger(zaak)
        if self._goes(zaak, burger, methode, tabs=tabs):
            burger.at_psp("approve", methode)
            zaak.paid_at_psp = True
        self._ends(zaak, burger, "paid")
        zaak.seconds = time.monotonic() - began

    def pays_by_card(self, zaak: Zaak) -> None:
        """The same, with a card."""
        self.pays(zaak, "CREDITCARD")

    def pays_in_two_tabs(self, zaak: Zaak) -> None:
        """She sends the form twice."""
        self.pays(zaak, tabs=2)

    def pays_and_leaves(self, zaak: Zaak) -> None:
        """She pays, closes the window, and looks later."""
        burger = self._burger(zaak)
        if self._goes(zaak, burger):
            burger.at_psp("approve_no_return")
            zaak.paid_at_psp = True
        self._ends(zaak, burger, "paid")

    def stops(self, zaak: Zaak) -> None:
        """She presses cancel at the PSP, and does not try again."""
        burger = self._burger(zaak)
        if self._goes(zaak, burger):
            burger.at_psp("cancel")
        self._ends(zaak, burger, "cancelled", "failed")

    def stops_and_pays(self, zaak: Zaak) -> None:
        """Her bank refuses; the second time it pays."""
        burger = self._burger(zaak)
        if self._goes(zaak, burger):
            burger.at_psp(self._rng.choice(["cancel", "fail"]))
        burger.waits_for("cancelled", "failed", "expired")
        if self._goes(zaak, burger):
            burger.at_psp("approve")
            zaak.paid_at_psp = True
        self._ends(zaak, burger, "paid")

    def lets_lapse(self, zaak: Zaak) -> None:
        """The order expires while she stands at the PSP."""
        burger = self._burger(zaak)
        if self._goes(zaak, burger):
            burger.at_psp("expire")
        self._ends(zaak, burger, "expired", seconds=20)

    def walks_off(self, zaak: Zaak) -> None:
        """She closes the window at the PSP; nobody hears of her again."""
        burger = self._burger(zaak)
        if self._goes(zaak, burger):
            burger.at_psp("leave")
        zaak.stand = burger.stand()
        zaak.saw += burger.saw

    def bank_is_slow(self, zaak: Zaak) -> None:
        """The bank does not know yet, and then approves."""
        burger = self._burger(zaak)
        if self._goes(zaak, burger):
            burger.at_psp("pending")
            burger.waits_for("pending", seconds=10)
            zaak.paid_at_psp = self._psp(zaak, "event", event="approve")
        self._ends(zaak, burger, "paid")

    def pays_twice(self, zaak: Zaak) -> None:
        """She pays a second time in the same order."""
        burger = self._burger(zaak)
        if self._goes(zaak, burger):
            burger.at_psp("approve")
            zaak.paid_at_psp = self._psp(zaak, "event", event="pay")
        self._ends(zaak, burger, "double")

    def pays_late(self, zaak: Zaak) -> None:
        """She stops, the product system withdraws it, and then her money comes after all."""
        self.stops(zaak)
        self._says(zaak, "TrekBetalingIn", Reden="Niet meer nodig")
        zaak.paid_at_psp = self._psp(zaak, "event", event="pay")

    def withdrawn(self, zaak: Zaak) -> None:
        """The product system withdraws it before she looks."""
        self._says(zaak, "TrekBetalingIn", Reden="Vergissing")
        burger = self._burger(zaak)
        zaak.stand = burger.stand()

    def pays_at_the_counter(self, zaak: Zaak) -> None:
        """She pays the service itself; the product system registers it."""
        now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        made = self._says(
            zaak, "RegistreerBetaling", BedragInCenten=zaak.totaal_cent, Ontvangstmethode="PIN", OntvangenOp=now
        )
        zaak.paid_at_counter = made.answer is not None
        self._ends(zaak, self._burger(zaak), "paid")

    def gets_it_back(self, zaak: Zaak) -> None:
        """She pays, and the product system asks the money back."""
        self.pays(zaak)
        self._says(zaak, "VraagTerugbetaling", Reden="Gaat niet door")

    def bank_takes_it_back(self, zaak: Zaak) -> None:
        """She pays, and her bank takes the money back."""
        self.pays(zaak)
        self._psp(zaak, "event", event="chargeback")

    def joins(self, zaak: Zaak) -> None:
        """She shops on with the meebetaaltoken, and pays both at once."""
        burger = self._burger(zaak)
        burger.reads_page()
        other = self._offers("joined", Meebetaaltoken=burger.meebetaaltoken)
        other.with_kenmerk = zaak.kenmerk
        self.pays(zaak)
        other.paid_at_psp = zaak.paid_at_psp
        other.stand = self._burger(other).stand()
        if other.winkelmandje != zaak.winkelmandje:
            zaak.wrong.append(f"{other.kenmerk} kwam niet in hetzelfde winkelmandje")

    def asks_how_it_stands(self, zaak: Zaak) -> None:
        """She pays, and the product system asks by itself until it hears so."""
        self.pays(zaak)
        made = self._says(zaak, "VraagBetaalstatus")
        status = made.answer.text("Status") if made.answer else made.refusal
        if zaak.stand in PAID and status != "BETAALD":
            zaak.wrong.append(f"haar pagina zei {zaak.stand}, en VraagBetaalstatus {status}")


Story = Callable[[Actor, Zaak], None]
STORIES: dict[str, tuple[int, Story]] = {
    "pays": (40, Actor.pays),
    "pays_by_card": (5, Actor.pays_by_card),
    "pays_in_two_tabs": (4, Actor.pays_in_two_tabs),
    "pays_and_leaves": (8, Actor.pays_and_leaves),
    "stops": (3, Actor.stops),
    "stops_and_pays": (5, Actor.stops_and_pays),
    "lets_lapse": (3, Actor.lets_lapse),
    "walks_off": (3, Actor.walks_off),
    "bank_is_slow": (4, Actor.bank_is_slow),
    "pays_twice": (3, Actor.pays_twice),
    "pays_late": (3, Actor.pays_late),
    "withdrawn": (3, Actor.withdrawn),
    "pays_at_the_counter": (3, Actor.pays_at_the_counter),
    "gets_it_back": (5, Actor.gets_it_back),
    "bank_takes_it_back": (2, Actor.bank_takes_it_back),
    "joins": (6, Actor.joins),
    "asks_how_it_stands": (5, Actor.asks_how_it_stands),
}
