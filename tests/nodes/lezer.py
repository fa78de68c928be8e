"""A product system that follows its feed: VraagWijzigingen with a cursor, which it keeps when no answer comes."""

from __future__ import annotations

import random
import threading
from collections import defaultdict

from lxml import etree

from tests.nodes.measures import Measures
from tests.nodes.town import Addresses
from tests.nodes.zender import NeverAnswered, Zender
from tests.soap.calls import elements

_POLL = 0.7  # seconds


class Lezer:
    """One zender's reader. `read`: per betaalkenmerk the versies in the order in which they came."""

    def __init__(self, zender: str, at: Addresses, measures: Measures, seed: int) -> None:
        self.zender = zender
        self.read: dict[str, list[int]] = defaultdict(list)
        self.numbers: list[int] = []
        self._soap = Zender(at, measures, random.Random(f"{seed}:lezer:{zender}"))
        self._rng = random.Random(f"{seed}:{zender}")
        self._vanaf = 0

    def reads_on(self) -> bool:
        """Read the next part; whether there is more."""
        most = self._rng.choice([1, 10, 100])
        made = self._soap.says("VraagWijzigingen", self.zender, elements(Vanaf=self._vanaf, Maximum=most))
        if made.answer is None:
            raise NeverAnswered(f"VraagWijzigingen: {made.refusal}")
        root = etree.fromstring(made.answer.content)
        for one in root.iter("{*}Wijziging"):
            self.numbers.append(int(one.findtext("{*}Wijzigingsnummer")))
            self.read[one.findtext("{*}Betaalkenmerk")].append(int(one.findtext("{*}Versie")))
        self._vanaf = int(root.findtext(".//{*}Volgende"))
        return root.findtext(".//{*}Compleet") == "false"

    def reads_until(self, stop: threading.Event) -> None:
        """Follow until told to stop."""
        while not stop.wait(_POLL):
            try:
                self.reads_on()
            except NeverAnswered:
                continue

    def reads_all(self) -> None:
        """Read to the end."""
        while self.reads_on():
            pass
