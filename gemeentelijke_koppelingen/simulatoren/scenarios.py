"""The scenarios of the simulators: an amount, or a word in a text, makes a neighbour behave in a certain way.

This table is the only place: the simulators play it, `docs/simulatoren.md` shows it, and a journey plays every row of it
through a real hub to see that it ends as the row says.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Any

_WORD = re.compile(r"\bSIM-([A-Z]+(?:-[A-Z]+)*)")
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Buur(StrEnum):
    """The neighbour that plays a scenario."""

    PSP = "PSP"
    ERP = "ERP"
    PRODUCTSYSTEEM = "PRODUCTSYSTEEM"


# The last four digits of an amount in cents, without the number of the scenario: € 77,01 is scenario 1 of the PSP.
BASES: Mapping[Buur, int] = MappingProxyType({Buur.PSP: 7700, Buur.ERP: 8800, Buur.PRODUCTSYSTEEM: 9900})


@dataclass(frozen=True, slots=True)
class Story:
    """One scenario. `values` are fields of the neighbour's own scenario, `faults` missteps per operation, played once.

    `then`: what a next order for the same purpose gets instead, so that somebody who tries again can go on; None: the same
    again. `asks_back`: it says something only when a terugbetaling is asked for. `status` (of the betaalopdracht) and `uitval`
    are what Betaalhub makes of it once everything was played.
    """

    buur: Buur
    number: int
    name: str
    what: str
    status: str
    uitval: tuple[str, ...] = ()
    values: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    faults: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: _NOTHING)
    then: Mapping[str, Any] | None = None
    asks_back: bool = False

    @property
    def cents(self) -> int:
        """The smallest amount that plays this scenario; every amount that ends in the same four digits does."""
        return BASES[self.buur] + self.number

    @property
    def word(self) -> str:
        """The word that plays it in a text."""
        return f"SIM-{self.name.upper()}"


def find_story(buur: Buur, cents: int, text: str = "") -> Story | None:
    """The scenario that this neighbour plays for an amount, or for the first word of a scenario in a text; the word wins."""
    for match in _WORD.finditer(text):
        named = _BY_NAME.get((buur, match[1].lower()))
        if named is not None:
            return named
    return _BY_CENTS.get((buur, cents % 10_000))


_PAID: Mapping[str, Any] = MappingProxyType({"outcome": "approve"})
_GONE: Mapping[str, Any] = MappingProxyType({"outcome": "approve_no_return"})


def _psp(number: int, name: str, what: str, ends: str, **more: Any) -> Story:
    """A row: `ends` is the status, and the kinds of uitval after it."""
    status, *uitval = ends.split()
    return Story(Buur.PSP, number, name, what, status, tuple(uitval), **more)


def _paid_then(*later: str, **values: Any) -> dict[str, Any]:
    return {**_PAID, "later": later, **values}


_OUTCOMES = (
    _psp(1, "betaald", "De betaler betaalt.", "BETAALD", values=_PAID),
    _psp(2, "geannuleerd", "De betaler annuleert, bij elke poging.", "OPEN", values={"outcome": "cancel"}),
    _psp(3, "mislukt", "De betaling mislukt, bij elke poging.", "OPEN", values={"outcome": "fail"}),
    _psp(4, "verlopen", "De betaaltijd verloopt bij de PSP.", "OPEN", values={"outcome": "expire"}),
    _psp(5, "weggelopen", "De betaler sluit het venster zonder te betalen.", "OPEN", values={"outcome": "leave"}),
    _psp(6, "keert-niet-terug", "De betaler betaalt en keert niet terug.", "BETAALD", values=_GONE),
    _psp(
        7, "later-betaald", "Een overboeking blijft in behandeling en is na 30 seconden betaald.", "BETAALD",
        values={"outcome": "pending", "method": "BANK_TRANSFER", "later": ("30:approve",)},
    ),
    _psp(
        8, "in-behandeling", "De betaling blijft in behandeling.", "IN_BETALING",
        values={"outcome": "pending"},
    ),
    _psp(
        9, "eerst-mislukt", "De eerste poging mislukt, de volgende wordt betaald.", "BETAALD",
        values={"outcome": "fail"}, then=_PAID,
    ),
)  # fmt: skip

_LATE_AND_DOUBLE = (
    _psp(
        10, "mislukt-toch-betaald", "De betaling mislukt; dezelfde order is na 20 seconden toch betaald.", "BETAALD",
        values={"outcome": "fail", "later": ("20:pay",)},
    ),
    _psp(
        11, "geannuleerd-toch-betaald", "De betaler annuleert; dezelfde order is na 20 seconden toch betaald.", "BETAALD",
        values={"outcome": "cancel", "later": ("20:pay",)},
    ),
    _psp(
        12, "verlopen-toch-betaald", "De betaler sluit het venster. Zodra de hub de order heeft geannuleerd, wordt ze toch betaald.",
        "BETAALD", values={"outcome": "leave", "later": ("cancel+5:approve",)},
    ),
    _psp(
        13, "dubbel-betaald", "Twee pogingen binnen één order worden allebei betaald.", "BETAALD DUBBEL_BETAALD",
        values={**_PAID, "attempts": 2},
    ),
    _psp(
        14, "later-dubbel-betaald", "De betaler betaalt, en na 20 seconden nog eens.", "BETAALD DUBBEL_BETAALD",
        values=_paid_then("20:pay"),
    ),
    _psp(
        15, "te-veel", "Er wordt € 10,00 te veel betaald.", "BETAALD DUBBEL_BETAALD",
        values={**_PAID, "paid_difference": 1_000},
    ),
    _psp(
        16, "te-weinig", "Er wordt € 10,00 te weinig betaald.", "IN_BETALING BEDRAG_AFWIJKEND",
        values={**_PAID, "paid_difference": -1_000},
    ),
    _psp(
        17, "andere-munt", "Er wordt betaald in dollars.", "IN_BETALING BEDRAG_AFWIJKEND",
        values={**_PAID, "paid_currency": "USD"},
    ),
    _psp(
        18, "ander-totaal", "De PSP registreert € 1,00 meer dan gevraagd is.", "IN_BETALING BEDRAG_AFWIJKEND",
        values={**_PAID, "registered_difference": 100},
    ),
    _psp(
        19, "nul-na-annuleren", "De betaler annuleert; het geregistreerde totaal wordt 0, zodat 0 van 0 is betaald.", "OPEN",
        values={"outcome": "cancel", "zero_after_cancel": True},
    ),
)  # fmt: skip

_STRANGE = (
    _psp(
        20, "onbekend-woord", "De status is een woord dat niemand kent; na 30 seconden klopt het weer.", "BETAALD",
        values=_paid_then("30:understood", status_word="CONFIRMED_BY_OWL"),
    ),
    _psp(
        21, "onbekend-woord-blijft", "De status is en blijft een woord dat niemand kent.", "IN_BETALING",
        values={**_PAID, "status_word": "CONFIRMED_BY_OWL"},
    ),
    _psp(
        22, "extra-elementen", "Het antwoord heeft elementen die niet in het contract staan, en mist er een.", "BETAALD",
        values={**_PAID, "drift": True},
    ),
    _psp(
        23, "spreekt-zich-tegen", "De betaling is betaald en na 20 seconden geannuleerd.", "BETAALD PSP_SPREEKT_ZICH_TEGEN",
        values=_paid_then("20:contradict"),
    ),
    _psp(
        24, "teruggedraaid", "De betaling is betaald en wordt na 20 seconden door de bank teruggedraaid.",
        "BETAALD PSP_SPREEKT_ZICH_TEGEN", values=_paid_then("20:reversal"),
    ),
)  # fmt: skip

_BACK = (
    _psp(
        30, "terugbetaling-onderweg", "Een terugbetaling wordt aangenomen en is na 10 seconden gelukt.", "TERUGBETAALD",
        values=_paid_then("refund+10:refund_done", refund_status="STARTED"), asks_back=True,
    ),
    _psp(
        31, "terugbetaling-mislukt", "Een terugbetaling wordt aangenomen en mislukt na 10 seconden.",
        "BETAALD TERUGBETALING_MISLUKT",
        values=_paid_then("refund+10:refund_failed", refund_status="STARTED"), asks_back=True,
    ),
    _psp(
        32, "terugbetaling-geweigerd", "De PSP weigert de terugbetaling.", "BETAALD TERUGBETALING_MISLUKT",
        values=_PAID, faults={"refund": ("refuse:REQUEST_DATA_INCORRECT",)}, asks_back=True,
    ),
    _psp(
        33, "terugbetaling-antwoord-kwijt", "De PSP betaalt terug, maar haar antwoord gaat verloren.", "TERUGBETAALD",
        values=_PAID, faults={"refund": ("drop_after",)}, asks_back=True,
    ),
    _psp(
        35, "terugbetaald-bij-psp", "Na 20 seconden betaalt iemand bij de PSP zelf € 5,00 terug.",
        "BETAALD EXTERNE_TERUGBETALING", values=_paid_then("20:refund:500"),
    ),
    _psp(
        36, "teruggeboekt", "Na 20 seconden haalt de bank van de betaler het geld terug.", "BETAALD TERUGBOEKING",
        values=_paid_then("20:chargeback"),
    ),
    _psp(
        37, "teruggeboekt-gewonnen", "Na 20 seconden haalt de bank het geld terug; na 40 seconden komt het weer.", "BETAALD",
        values=_paid_then("20:chargeback", "40:chargeback_won"),
    ),
)  # fmt: skip

_NOTIFICATIONS = (
    _psp(
        40, "melding-dubbel", "De PSP meldt elke verandering twee keer.", "BETAALD",
        values={**_GONE, "notification": "double"},
    ),
    _psp(
        41, "melding-blijft-weg", "De betaler keert niet terug en de PSP meldt niets.", "BETAALD",
        values={**_GONE, "notification": "withhold"},
    ),
    _psp(
        42, "melding-te-vroeg", "De PSP meldt al voordat zij het aanmaken heeft beantwoord.", "BETAALD",
        values={**_GONE, "notification": "early"},
    ),
    _psp(
        43, "melding-omgekeerd", "De betaling mislukt en is na 10 seconden toch betaald; de eerste melding komt na de tweede.",
        "BETAALD", values={"outcome": "fail", "later": ("10:pay",), "notification": "reordered"},
    ),
    _psp(
        44, "melding-laat", "De betaler keert niet terug en de PSP meldt pas na 30 seconden.", "BETAALD",
        values={**_GONE, "notification": "normal", "notification_delay": 30.0},
    ),
)  # fmt: skip

_TROUBLE = (
    _psp(
        50, "aanmaken-antwoord-kwijt", "De PSP maakt de order, maar haar antwoord gaat verloren. De volgende poging wordt betaald.",
        "BETAALD", faults={"create": ("drop_after",)}, then=_PAID,
    ),
    _psp(
        51, "aanmaken-kapot", "De PSP antwoordt één keer met een pagina 502 in plaats van SOAP; de hub vraagt het nog eens.", "BETAALD",
        values=_PAID, faults={"create": ("html_502",)},
    ),
    _psp(
        52, "aanmaken-geweigerd", "De PSP weigert de eerste order. De volgende poging wordt betaald.", "BETAALD",
        faults={"create": ("refuse:REQUEST_DATA_INCORRECT",)}, then=_PAID,
    ),
    _psp(
        53, "referentie-bestaat", "De PSP zegt dat de referentie al bestaat. De volgende poging wordt betaald.", "BETAALD",
        faults={"create": ("refuse:REFERENCE_NOT_UNIQUE",)}, then=_PAID,
    ),
    _psp(
        54, "toegang-geweigerd", "De PSP weigert ons eenmalig de toegang (SECURITY_ERROR): de hub belt niet meer tot het weer mag. De volgende poging wordt betaald.", "BETAALD",
        faults={"create": ("refuse:SECURITY_ERROR",)}, then=_PAID,
    ),
    _psp(
        55, "aanmaken-hangt", "De PSP geeft één keer geen antwoord en maakt geen order; de hub vraagt het nog eens.", "BETAALD",
        values=_PAID, faults={"create": ("hang",)},
    ),
    _psp(
        56, "vragen-kapot", "Op de eerste drie vragen naar de status komt geen bruikbaar antwoord.", "BETAALD",
        values=_PAID, faults={"status": ("html_502", "fault", "garbage_200")},
    ),
    _psp(
        57, "vragen-hangt", "Op de eerste vraag naar de status komt geen antwoord.", "BETAALD",
        values=_PAID, faults={"status": ("hang",)},
    ),
    _psp(
        58, "annuleren-kapot", "De betaler sluit het venster; de PSP kan de order de eerste twee keer niet annuleren.", "OPEN",
        values={"outcome": "leave"}, faults={"cancel": ("http_503", "http_503")},
    ),
)  # fmt: skip


def _other(buur: Buur, operation: str) -> tuple[Story, ...]:
    """What the ERP and a product system can do wrong alike: the answer is lost, there is none, or it comes late."""
    prefix = "boeking" if buur is Buur.ERP else "bericht"
    rows = (
        (2, "antwoord-kwijt", "verwerkt het, maar het antwoord gaat verloren.", "drop_after"),
        (3, "kapot", "antwoordt twee keer met 503.", "http_503 http_503"),
        (4, "hangt", "geeft één keer geen antwoord en verwerkt niets.", "hang"),
        (5, "fout", "antwoordt één keer met een SOAP Fault.", "fault"),
    )
    who = "Het financiële systeem" if buur is Buur.ERP else "Het productsysteem"
    return tuple(
        Story(buur, number, f"{prefix}-{name}", f"{who} {what}", "BETAALD", faults={operation: tuple(faults.split())})
        for number, name, what, faults in rows
    )


STORIES: tuple[Story, ...] = (
    *_OUTCOMES,
    *_LATE_AND_DOUBLE,
    *_STRANGE,
    *_BACK,
    *_NOTIFICATIONS,
    *_TROUBLE,
    Story(
        Buur.ERP, 1, "boeking-afgekeurd", "Het financiële systeem keurt de journaalpost af.", "BETAALD", ("BOEKING_AFGEKEURD",),
        values={"refuse": "Afgekeurd volgens scenario 88,01."},
    ),
    *_other(Buur.ERP, "VerwerkBoekingsbatch"),
    Story(
        Buur.PRODUCTSYSTEEM, 1, "bericht-geweigerd", "Het productsysteem weigert het statusbericht.", "BETAALD",
        ("BERICHT_DOOD",), values={"refuse": "Geweigerd volgens scenario 99,01."},
    ),
    *_other(Buur.PRODUCTSYSTEEM, "MeldBetaalstatus"),
)  # fmt: skip

_BY_CENTS = {(one.buur, one.cents): one for one in STORIES}
_BY_NAME = {(one.buur, one.name): one for one in STORIES}
if len(_BY_CENTS) != len(STORIES) or len({one.name for one in STORIES}) != len(STORIES):
    raise AssertionError("A number or a name of a scenario is used twice")
