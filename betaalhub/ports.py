"""The neighbours as the hub sees them: what it asks of a PSP, an ERP and a product system, and the values they exchange.

Every method may raise `NeighbourError`, whose outcome says what is known; nothing else of a neighbour's error comes through.
Connectors are stateless: they translate, the hub judges.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, Protocol, runtime_checkable

from betaalhub.domain.evidence import PspRapport


class PspCode(StrEnum):
    """Codes of a PSP's refusal that mean something to the hub, whoever the PSP is; every other code is only written down."""

    REFERENCE_NOT_UNIQUE = "REFERENCE_NOT_UNIQUE"  # a create with this reference landed before
    ORDER_UNKNOWN = "ORDER_UNKNOWN"  # never proof that a payment failed: it may not be visible yet
    METHOD_UNKNOWN = (
        "METHOD_UNKNOWN"  # the catalogue names a betaalmethode that this connector cannot open; nothing was sent
    )
    DECLINED = "DECLINED"  # the PSP or the bank behind it said no
    MISCONFIGURED = "MISCONFIGURED"  # our key, our account or our clock


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a PSP can do; flows choose their resolver by it, never by the PSP's name."""

    lookup_by_reference: bool  # a lost create can be found by our reference: the connector is a `LookupPort` too
    idempotent_create: bool  # the same create again returns the same order
    cancel: bool  # an open order can be closed; without it the PSP ends an attempt by itself when its time is over
    partial_refund: bool
    capture: bool
    signed_notification: bool
    repeat_hours: int | None  # how long the same create gives the same order; None: it never does, or nobody knows
    idempotent_refund: bool  # within those hours the same refund with the same reference is done once
    methods: frozenset[str] | None = (
        None  # the codes of betaalmethode that it can open; None: its own page offers what it has
    )


@dataclass(frozen=True, slots=True)
class StartPspBetaling:
    """One attempt to be opened at the PSP. `reference` is ours, unique for ever, at most 35 ASCII; amounts in cents."""

    reference: str
    amount_cents: int
    currency: str
    description: str  # at most 35 characters, no personal data
    return_url: str  # the hub's own; the connector adds its outcome markers
    taal: Literal["nl", "en"]
    methode: str  # the hub's code: IDEAL, CREDITCARD
    valid_minutes: int
    email: str | None = None


@dataclass(frozen=True, slots=True)
class Handover:
    """How the browser gets to the PSP, and back to an order that is still open: the hub keeps it."""

    method: Literal["GET", "POST"]
    url: str
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class StartedPspBetaling:
    """The PSP opened the order: its key, and the address for the citizen."""

    psp_key: str
    handover: Handover


@dataclass(frozen=True, slots=True)
class RefundCommand:
    """Give back cents of one attempt; `reference` is ours and comes back in the report."""

    psp_key: str
    poging_id: str
    reference: str
    amount_cents: int
    currency: str
    description: str


@dataclass(frozen=True, slots=True)
class CaptureCommand:
    """Collect cents that were only authorised."""

    psp_key: str
    poging_id: str
    reference: str
    amount_cents: int
    currency: str


@dataclass(frozen=True, slots=True)
class InboundHttp:
    """A request that came in at one of the hub's addresses for a PSP."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


class NotificationProblem(StrEnum):
    """Why a notification was not taken for what it says it is: something to look at, and no change of anything."""

    SIGNATURE = "SIGNATURE"  # not signed with our key
    NOT_UNDERSTOOD = "NOT_UNDERSTOOD"
    OTHER_MERCHANT = "OTHER_MERCHANT"  # truly signed, but about another account


@dataclass(frozen=True, slots=True)
class Notification:
    """What a notification asks: look now at the betalingen with these references or PSP keys. Never a status.

    `event_id` only where the sender gives each event an identity: then the hub acts on it once. `problem`: refused, with no
    references; the reply says so to the sender.
    """

    references: tuple[str, ...]
    event_id: str | None
    reply_status: int
    reply_body: str
    reply_type: str = "text/plain; charset=utf-8"
    psp_keys: tuple[str, ...] = ()
    problem: NotificationProblem | None = None


class ReturnHint(StrEnum):
    """What the return URL suggests; a hint, never proof."""

    SUCCESS = "SUCCESS"
    PENDING = "PENDING"
    CANCELLED = "CANCELLED"
    ERROR = "ERROR"
    UNKNOWN = "UNKNOWN"


class PspPort(Protocol):
    """A payment service provider. `code` names the connector, e.g. `docdata`.

    Stateless: whatever must be remembered of a start is in what `start` gives back, and the hub keeps it.
    """

    code: str
    capabilities: Capabilities

    def start(self, command: StartPspBetaling) -> StartedPspBetaling:
        """Open an order and tell where the citizen must go. The same command again is the same order for `repeat_hours`; where
        that is None it is REFUSED with REFERENCE_NOT_UNIQUE: it landed before. METHOD_UNKNOWN: nothing was sent."""
        ...

    def status(self, psp_key: str, *, now: datetime, timeout: float = 10.0) -> PspRapport:
        """Ask what the PSP knows of an order; `timeout` in seconds for the whole question."""
        ...

    def cancel(self, psp_key: str) -> None:
        """Ask to close an order; what can't be closed, because it is paid or ends by itself, is no error. The answer proves
        nothing: ask the status after it."""
        ...

    def refund(self, command: RefundCommand) -> None:
        """Ask to give back; accepted is not done: the status tells, under our reference."""
        ...

    def capture(self, command: CaptureCommand) -> None:
        """Ask to collect what was only authorised; accepted is not done: the status tells."""
        ...

    def parse_notification(self, request: InboundHttp) -> Notification:
        """Pure: which betalingen does this notification point at? Takes any bytes, and raises nothing."""
        ...

    def parse_return(self, request: InboundHttp) -> ReturnHint:
        """Pure: what does the return URL suggest? GET or POST, with or without parameters; raises nothing."""
        ...

    def health(self) -> None:
        """Reach the PSP: address and credentials; raises NeighbourError when that fails."""
        ...


@runtime_checkable
class LookupPort(Protocol):
    """What a PSP with the capability `lookup_by_reference` can do as well."""

    def find(self, command: StartPspBetaling, *, timeout: float = 10.0) -> StartedPspBetaling | None:
        """The order that was opened with this command's reference; None when the PSP has none. `timeout` in seconds."""
        ...


@dataclass(frozen=True, slots=True)
class RegelStand:
    """How one productregel stands, as told to product systems. Cents."""

    regelnummer: int
    productcode: str
    bedrag_cent: int
    betaald: bool
    levering: str


@dataclass(frozen=True, slots=True)
class TerugbetalingStand:
    """How one terugbetaling stands, as told to product systems. Cents, UTC."""

    nummer: str
    status: str
    bedrag_cent: int
    aangevraagd_op: datetime


@dataclass(frozen=True, slots=True)
class BetaalopdrachtStand:
    """The present state of one betaalopdracht: the content of a statusbericht and of VraagBetaalstatus. Cents, UTC."""

    zender: str
    betaalkenmerk: str
    winkelmandje: str
    kenmerk: str
    status: str
    versie: int
    leverbaar: bool
    totaal_cent: int
    ontvangen_cent: int
    terugbetaald_cent: int
    teruggeboekt_cent: int
    regels: tuple[RegelStand, ...]
    aangemaakt_op: datetime
    vervalt_op: datetime
    betaald_op: datetime | None
    betaalmethode: str | None
    terugbetalingen: tuple[TerugbetalingStand, ...] = ()


class Verwerking(StrEnum):
    """A product system's answer to a statusbericht."""

    VERWERKT = "VERWERKT"
    GEWEIGERD = "GEWEIGERD"


@dataclass(frozen=True, slots=True)
class Ontvangst:
    """What a product system answered; `versie` is the one it now has."""

    verwerking: Verwerking
    versie: int
    reden: str | None


class ProductsysteemPort(Protocol):
    """A product system that wants to be told."""

    def meld_betaalstatus(self, stand: BetaalopdrachtStand, *, referentienummer: str, now: datetime) -> Ontvangst:
        """Tell the present state; the receiver ignores what is not newer than it has."""
        ...


@dataclass(frozen=True, slots=True)
class BoekingsregelBericht:
    """One line of a journaalpost on its way to the ERP; exactly one of debet and credit is above 0 (cents)."""

    volgnummer: int
    grootboekrekening: str
    kostenplaats: str | None
    project: str | None
    btw_code: str
    debet_cent: int
    credit_cent: int
    omschrijving: str


@dataclass(frozen=True, slots=True)
class JournaalpostBericht:
    """One balanced journaalpost on its way to the ERP."""

    journaalpostnummer: str
    soort: str
    boekdatum: date
    omschrijving: str
    betaalkenmerk: str | None
    regels: tuple[BoekingsregelBericht, ...]


@dataclass(frozen=True, slots=True)
class BoekingsbatchBericht:
    """A batch of journaalposten under a number that never changes."""

    batchnummer: str
    administratie: str
    journaalposten: tuple[JournaalpostBericht, ...]


@dataclass(frozen=True, slots=True)
class Boekingsresultaat:
    """The ERP's answer for one journaalpost: GEBOEKT with a boekstuknummer, or AFGEKEURD with a reason."""

    journaalpostnummer: str
    geboekt: bool
    boekstuknummer: str | None
    reden: str | None


class ErpPort(Protocol):
    """A financial system."""

    def verwerk_boekingsbatch(self, batch: BoekingsbatchBericht, *, now: datetime) -> tuple[Boekingsresultaat, ...]:
        """Book the batch; the same batchnummer again gives the same answer and books nothing twice."""
        ...

    def vraag_boekingsbatch(self, batchnummer: str, *, now: datetime) -> tuple[Boekingsresultaat, ...] | None:
        """What became of a batch; None when the ERP does not know the number."""
        ...


@dataclass(frozen=True, slots=True)
class MailBericht:
    """One mail, as it is read: the same twice, once plain and once as HTML without anything from elsewhere."""

    naar: str = field(repr=False)
    afzender_naam: str
    onderwerp: str
    tekst: str = field(repr=False)
    html: str = field(repr=False)
    taal: str
    message_id: str  # with its angle brackets


class MailCode(StrEnum):
    """Codes of a mail server's answer that mean something to the hub."""

    ADDRESS_REFUSED = "ADDRESS_REFUSED"  # REFUSED: there is no such address, or it takes nothing
    MESSAGE_REFUSED = "MESSAGE_REFUSED"  # REFUSED: the address is good, this message is not taken
    LATER = "LATER"  # NOT_DONE, for this mail only: the server asks to try again later


class MailPort(Protocol):
    """A mail server that takes mails for everyone."""

    def send(self, bericht: MailBericht, *, now: datetime) -> None:
        """Hand it over; returns once the server took it. NOT_DONE: surely not taken; UNKNOWN: cut off after all of it left."""
        ...

    def health(self) -> None:
        """Reach the mail server and log in; raises NeighbourError when that fails."""
        ...
