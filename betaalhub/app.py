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
from betaalhub.hub import Hub
from betaalhub.ports import ErpPort, ProductsysteemPort, PspPort
from betaalhub.settings import Settings
from betaalhub.soap.application import make_soap
from betaalhub.storage.database import make_engine, make_sessions
from betaalhub.web.application import make_web
from betaalhub.web.security import SecurityHeaders
from gemeentelijke_koppelingen import ERP, PRODUCTSYSTEEM, PSP

WsgiApplication = Callable[[dict[str, Any], Any], Any]


def utc_now() -> datetime:
    """The clock of a real process."""
    return datetime.now(UTC)


def make_hub(settings: Settings) -> Hub:
    """The hub of one process; nothing is called and nothing is read from the register yet."""
    return Hub(
        sessions=make_sessions(make_engine(settings.database_url)),
        psps={settings.psp_account: make_psp(settings)},
        erp=make_erp(settings),
        productsysteem=_productsystemen(settings),
        clock=utc_now,
        keys=Keys(),
        limits=Limits(max_cent=settings.max_cents, joins_by_klant=settings.klant_samen),
        portaal=Portaal(settings.public_url, settings.secret_key),
        soap_url=settings.public_url + "/soap/v1",
        attempt=timedelta(minutes=settings.attempt_minutes),
        lease=timedelta(seconds=settings.worker_lease),
    )


def make_psp(settings: Settings) -> PspPort:
    """The PSP connector that the settings name."""
    make: Callable[..., PspPort] = _chosen(PSP, settings.psp_koppeling, "PSP_KOPPELING")
    return make(
        url=settings.psp_url,
        menu_url=settings.psp_menu_url,
        merchant=settings.psp_merchant,
        password=settings.psp_password,
        profile=settings.psp_profile,
        timeout=settings.neighbour_timeout,
    )


def make_erp(settings: Settings) -> ErpPort:
    """The ERP connector that the settings name."""
    make: Callable[..., ErpPort] = _chosen(ERP, settings.erp_koppeling, "ERP_KOPPELING")
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
        raise ConfigurationError(f"BETAALHUB_{setting}: onbekende koppeling {name}; kies uit: {known}")
    return koppelingen[name]


def make_application(settings: Settings, hub: Hub | None = None) -> WsgiApplication:
    """The whole hub as one WSGI application: SOAP service, portal, notifications, health; security headers around all."""
    hub = hub or make_hub(settings)
    web = make_web(hub, telefoon=settings.contact_telefoon, proxies=1 if settings.tls_proxy else 0)
    soap = make_soap(hub, public_url=hub.soap_url, max_bytes=settings.soap_max_bytes)
    return SecurityHeaders(DispatcherMiddleware(web.wsgi_app, {"/soap/v1": soap}), tls=settings.tls_proxy)
