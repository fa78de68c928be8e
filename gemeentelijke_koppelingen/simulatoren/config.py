"""What the simulators need to know, given by whoever starts them: they read no settings themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from betaalhub.errors import ConfigurationError

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class DemoProduct:
    """A product that the page of the product system offers. Cents; `zender` is the product system's code at the hub.

    `vrij`: it may have any price, so that an amount can play a scenario.
    """

    code: str
    omschrijving: str
    bedrag_cent: int
    zender: str
    vrij: bool = False


@dataclass(frozen=True, slots=True)
class WorldlineConfig:
    """A second simulated PSP, Worldline: where it listens (port 0: any free one), who may call it, and whom it tells, signed with
    the key of the webhooks. `merchant` and `key_id` None: not checked."""

    port: int
    notification_url: str | None = None
    merchant: str | None = None
    key_id: str | None = None
    secret: str | None = field(default=None, repr=False)
    webhook_key_id: str = "simulator"
    webhook_secret: str = field(default="simulator", repr=False)


@dataclass(frozen=True, slots=True)
class PostbusConfig:
    """A simulated mailbox: where it takes mails, and where its page is (port 0: any free one)."""

    smtp_port: int
    page_port: int


@dataclass(frozen=True, slots=True)
class SimulatorConfig:
    """Where the simulators listen (port 0: any free one) and what they know of the hub.

    A credential of None means: not checked. `hub_notification_url` ends where the reference is to be appended;
    None: the PSP notifies nobody. `state_dir` None: nothing outlives the process. `public_host` is the name in the
    addresses that they hand out when they listen on another one, as behind a proxy.
    """

    host: str = "127.0.0.1"
    psp_port: int = 8091
    erp_port: int = 8092
    productsysteem_port: int = 8093
    hub_notification_url: str | None = "http://127.0.0.1:8080/psp/psp/melding?reference="
    hub_soap_url: str | None = "http://127.0.0.1:8080/soap/v1"
    state_dir: Path | None = None
    allow_other_hosts: bool = False
    productie: bool = False
    public_host: str | None = None
    psp_merchant: str | None = None
    psp_password: str | None = field(default=None, repr=False)
    erp_user: str | None = None
    erp_password: str | None = field(default=None, repr=False)
    productsysteem_user: str | None = None
    productsysteem_password: str | None = field(default=None, repr=False)
    aansluiting: str | None = None
    aansluiting_geheim: str | None = field(default=None, repr=False)
    producten: tuple[DemoProduct, ...] = ()
    worldline: WorldlineConfig | None = None  # None: there is no second PSP
    postbus: PostbusConfig | None = None  # None: nobody takes mails
    klant: str | None = (
        None  # the KlantKenmerk of whoever presses the buttons; None: she is not known, and has no e-loket
    )
    eloket: str = "vergunningen"  # the zender as which the e-loket asks

    def __post_init__(self) -> None:
        if self.productie:
            raise ConfigurationError(
                "De simulatoren starten niet naast een productieaccount bij een PSP (BETAALHUB_PSP_PRODUCTIE=ja)."
            )
        if self.host not in LOOPBACK and not self.allow_other_hosts:
            raise ConfigurationError(
                f"De simulatoren luisteren alleen op deze computer, niet op {self.host} (BETAALHUB_SIMULATOR_HOST)."
            )
