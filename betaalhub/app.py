"""The composition root: settings become an engine, connectors, a Hub and the WSGI application."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any

from werkzeug.middleware.dispatcher import DispatcherMiddleware

from betaalhub.domain.betaalopdracht import Limits
from betaalhub.errors import ConfigurationError
from betaalhub.flows.keys import Keys, Portaal
from betaalhub.hub import Hub, Post
from betaalhub.ports import ErpPort, MailPort, ProductsysteemPort, PspPort
from betaalhub.settings import MailSettings, PspSettings, Settings
from betaalhub.soap.access import AccessChoices, TransportAccess
from betaalhub.soap.application import Beveiliging, make_closed, make_soap
from betaalhub.soap.profiles import EISEN, Profiel
from betaalhub.soap.secret_box import decrypt
from betaalhub.storage.database import DatabaseOptions, make_engine, make_sessions
from betaalhub.web.application import make_web
from betaalhub.web.mail import MailWriter
from betaalhub.web.security import SecurityHeaders
from betaalhub.web.themas.themas import Themas, load_themas
from betaalhub.wire.wss_signer import Signer
from gemeentelijke_koppelingen import ERP, POST, PRODUCTSYSTEEM, PSP

WsgiApplication = Callable[[dict[str, Any], Any], Any]


def utc_now() -> datetime:
    """The clock of a real process."""
    return datetime.now(UTC)


def make_hub(settings: Settings, *, role: str = "hub") -> Hub:
    """The hub of one process; nothing is called and nothing is read from the register yet.

    `role` is how an Oracle administrator sees this process among the sessions.
    """
    options = DatabaseOptions(**settings.database_options, role=role)
    return Hub(
        sessions=make_sessions(make_engine(settings.database_url, options)),
        psps={one.account: make_psp(one, timeout=settings.neighbour_timeout) for one in settings.psps},
        erp=make_erp(settings),
        productsysteem=_productsystemen(settings),
        clock=utc_now,
        keys=make_keys(settings),
        limits=Limits(max_cent=settings.max_cents, joins_by_klant=settings.klant_samen),
        portaal=Portaal(settings.public_url, settings.secret_key, settings.public_urls or {}),
        soap_url=settings.public_url + "/soap/v1",
        attempt=timedelta(minutes=settings.attempt_minutes),
        lease=timedelta(seconds=settings.worker_lease),
        post=_post(settings),
    )


def make_keys(settings: Settings) -> Keys:
    """What the flows get of this installation: random values, and whether mails are wished for."""
    return Keys(mails=settings.mail is not None)


def _post(settings: Settings) -> Post | None:
    """How mails leave; None when the settings name no mail server."""
    if settings.mail is None:
        return None
    server = make_mail_server(settings.mail, timeout=settings.neighbour_timeout)
    writer = MailWriter(telefoon=settings.contact_telefoon, themas=make_themas(settings))
    return Post(server, writer, settings.mail.per_hour)


def make_themas(settings: Settings) -> Themas:
    """The themas that the settings name, read; ConfigurationError names file and key of what is wrong."""
    return load_themas(settings.themes, settings.theme)


def make_mail_server(mail: MailSettings, *, timeout: float) -> MailPort:
    """The connector of the mail server; `timeout` in seconds for one mail."""
    return POST["smtp"](
        host=mail.host,
        port=mail.port,
        tls=mail.tls,
        user=mail.user,
        password=mail.password,
        afzender=mail.afzender,
        reply_to=mail.reply_to,
        ca_file=str(mail.ca_file) if mail.ca_file else None,
        timeout=timeout,
    )


def make_psp(account: PspSettings, *, timeout: float) -> PspPort:
    """The connector of one PSP account; `timeout` in seconds. ConfigurationError names the setting that is wrong."""
    make: Any = _chosen(PSP, account.koppeling, f"{account.prefix}KOPPELING")
    for name in sorted({own for connector in PSP.values() for own in connector.own_settings} - {"menu_url"}):
        if getattr(account, name) is not None and name not in make.own_settings:
            raise ConfigurationError(f"{account.prefix}{name.upper()}: koppeling {account.koppeling} kent dit niet")
    own = {name: getattr(account, name) for name in make.own_settings}
    missing = [f"{account.prefix}{name.upper()}" for name, value in own.items() if value is None]
    if missing:
        raise ConfigurationError(f"{', '.join(missing)}: ontbreekt; koppeling {account.koppeling} kan niet zonder")
    try:
        psp: PspPort = make(
            url=account.url,
            merchant=account.merchant,
            password=account.password,
            profile=account.profile,
            timeout=timeout,
            **own,
        )
    except ConfigurationError as error:
        raise ConfigurationError(f"{account.prefix}…: {error}") from None
    return psp


def known_koppelingen() -> frozenset[str]:
    """The PSP connectors that there are."""
    return frozenset(PSP)


def known_methods() -> dict[str, frozenset[str]]:
    """The codes of betaalmethode that a PSP connector can open, where it says so."""
    found = {koppeling: connector.capabilities.methods for koppeling, connector in PSP.items()}
    return {koppeling: methods for koppeling, methods in found.items() if methods is not None}


def make_erp(settings: Settings) -> ErpPort:
    """The ERP connector that the settings name."""
    make: Callable[..., ErpPort] = _chosen(ERP, settings.erp_koppeling, "BETAALHUB_ERP_KOPPELING")
    return make(
        url=settings.erp_url,
        user=settings.erp_user,
        password=settings.erp_password,
        timeout=settings.neighbour_timeout,
    )


def _productsystemen(settings: Settings) -> Callable[[str], ProductsysteemPort]:
    """Product systems by address; each address keeps its client."""
    make = PRODUCTSYSTEEM["betaalstatus"]

    @cache
    def productsysteem(address: str) -> ProductsysteemPort:
        return make(
            url=address,
            user=settings.productsysteem_user,
            password=settings.productsysteem_password,
            timeout=settings.neighbour_timeout,
        )

    return productsysteem


def _chosen(koppelingen: Mapping[str, Any], name: str, setting: str) -> Any:
    if name not in koppelingen:
        known = ", ".join(sorted(koppelingen))
        raise ConfigurationError(f"{setting}: onbekende koppeling {name}; kies uit: {known}")
    return koppelingen[name]


def access_choices(settings: Settings) -> AccessChoices:
    """How product systems may prove who they are."""
    return AccessChoices(
        proxy_secret=settings.proxy_secret if settings.client_certificates else None,
        behind_proxy=settings.tls_proxy,
        message_proof=True,  # the address of each profile judges what a message must prove
        per_minute=settings.soap_per_minute,
    )


def make_application(settings: Settings, hub: Hub | None = None) -> WsgiApplication:
    """The whole hub as one WSGI application: SOAP service, portal, notifications, health; security headers around all."""
    hub = hub or make_hub(settings)
    web = make_web(
        hub,
        telefoon=settings.contact_telefoon,
        themas=make_themas(settings),
        security_contact=settings.security_contact,
        proxies=1 if settings.tls_proxy else 0,
    )
    return SecurityHeaders(
        DispatcherMiddleware(web.wsgi_app, make_soap_addresses(settings, hub)), tls=settings.tls_proxy
    )


def make_soap_addresses(settings: Settings, hub: Hub) -> dict[str, WsgiApplication]:
    """The SOAP addresses by path: a service for each profile that the settings choose, a refusal at the others."""
    beveiliging = Beveiliging(
        signer=make_signer(settings),
        decrypt=make_decrypt(settings),
        tls_elsewhere=settings.soap_tls_elsewhere,
        transport=TransportAccess(hub.sessions, hub.clock, access_choices(settings)),
    )
    chosen = {Profiel(name) for name in settings.soap_endpoints}
    return {
        eisen.path: make_soap(
            hub,
            public_url=settings.public_url + eisen.path,
            max_bytes=settings.soap_max_bytes,
            profiel=profiel,
            beveiliging=beveiliging,
        )
        if profiel in chosen
        else make_closed()
        for profiel, eisen in EISEN.items()
    }


def make_decrypt(settings: Settings) -> Callable[[str, str], str] | None:
    """What makes the stored secret of a UsernameToken of this name readable; None where these are switched off."""
    key = settings.usernametoken_key if settings.usernametoken else None
    return None if key is None else lambda naam, stored: decrypt(key, naam, stored)


def make_signer(settings: Settings) -> Signer | None:
    """What signs the answers; None when the settings name no key. ConfigurationError for a key that can't be used."""
    if settings.soap_key_pem is None or settings.soap_certificate_pem is None:
        return None
    try:
        key, certificate = settings.soap_key_pem.read_bytes(), settings.soap_certificate_pem.read_bytes()
    except OSError as error:
        names = "BETAALHUB_SOAP_KEY_PEM of BETAALHUB_SOAP_CERTIFICATE_PEM"
        raise ConfigurationError(f"{names} is niet te lezen ({error.strerror})") from error
    return Signer(key, certificate)
