"""One payment from the outside: a permit system by SOAP, a citizen with a browser, and what the neighbours have then.

Everything goes over HTTP, as for anybody else: the served WSDL, the portal's pages, the PSP's payment page.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from html import unescape
from typing import Any
from urllib.parse import urljoin

import requests
import zeep
from requests.auth import HTTPBasicAuth
from zeep.transports import Transport

from betaalhub.errors import BetaalhubError

_TIMEOUT = 30.0


def soap_client(wsdl: str, user: str, password: str) -> zeep.Client:
    """A SOAP client made from the served WSDL alone, with HTTP Basic."""
    session = requests.Session()
    session.auth = HTTPBasicAuth(user, password)
    return zeep.Client(wsdl, transport=Transport(session=session, timeout=_TIMEOUT, operation_timeout=_TIMEOUT))


def stuurgegevens(zender: str, referentienummer: str) -> dict[str, Any]:
    """What opens every message."""
    return {"Zender": zender, "Referentienummer": referentienummer, "TijdstipBericht": datetime.now(UTC)}


@dataclass(frozen=True, slots=True)
class Form:
    """A form on a page: where it goes and what is filled in."""

    method: str
    action: str
    fields: Mapping[str, str]


class Browser:
    """A citizen's browser without JavaScript and without cookies: follows links, redirects and Refresh, fills in forms."""

    def __init__(self, session: requests.Session | None = None) -> None:
        self._session = session or requests.Session()
        self.url = ""
        self.page = ""

    def open(self, url: str) -> str:
        """Open an address, following redirects and an immediate Refresh; gives the page."""
        return self._take(self._session.get(url, timeout=_TIMEOUT))

    def submit(self, form: Form, **choices: str) -> str:
        """Send a form with these choices filled in."""
        fields = {**form.fields, **choices}
        if form.method == "get":
            return self._take(self._session.get(form.action, params=fields, timeout=_TIMEOUT))
        return self._take(self._session.post(form.action, data=fields, timeout=_TIMEOUT))

    @property
    def title(self) -> str:
        """The heading of the page."""
        found = re.search(r"<h1\b[^>]*>(.*?)</h1>", self.page, re.S)
        return unescape(re.sub(r"<[^>]+>|\s+", " ", found.group(1))).strip() if found else ""

    def form(self, ending: str) -> Form:
        """The form on this page whose address ends like this, query left out; BetaalhubError when there is none."""
        for found in re.finditer(r"<form\b([^>]*)>(.*?)</form>", self.page, re.S):
            head, body = found.groups()
            action = urljoin(self.url, unescape(_attribute(head, "action") or self.url))
            if action.partition("?")[0].endswith(ending):
                return Form((_attribute(head, "method") or "get").lower(), action, _inputs(body))
        raise BetaalhubError(f"Op {self.url} staat geen formulier dat naar …{ending} gaat")

    def _take(self, response: requests.Response) -> str:
        self.url, self.page = response.url, response.text
        if response.status_code >= 400:
            raise BetaalhubError(f"{self.url} geeft {response.status_code}")
        refresh = response.headers.get("Refresh", "")
        found = re.fullmatch(r"0;\s*url=(.+)", refresh)
        return self.open(urljoin(self.url, found.group(1))) if found else self.page


def _attribute(tag: str, name: str) -> str | None:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return unescape(found.group(1)) if found else None


def _inputs(body: str) -> dict[str, str]:
    fields = {}
    for tag in re.findall(r"<(?:input|button)\b[^>]*>", body):
        name, kind = _attribute(tag, "name"), _attribute(tag, "type")
        if name and (kind == "hidden" or (kind == "radio" and "checked" in tag)):
            fields[name] = _attribute(tag, "value") or ""
    return fields


def wait_until(what: str, look: Callable[[], Any], *, seconds: float = 30.0) -> Any:
    """Look until there is something to see; BetaalhubError that says what did not come."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = look()
        if found:
            return found
        time.sleep(0.1)
    raise BetaalhubError(f"Na {seconds:.0f} seconden nog niet gezien: {what}")
