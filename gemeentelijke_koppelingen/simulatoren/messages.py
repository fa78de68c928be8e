"""What the simulated ERP and product system share in writing answers of our own contracts."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from datetime import UTC, datetime
from uuid import uuid4

from lxml import etree

from betaalhub.wire.faults import WireFault
from betaalhub.wire.http_basic import basic_credentials
from betaalhub.wire.request import Environ

TYPES = "urn:betaalhub:typen:v1"


def authenticate(user: str | None, password: str | None) -> Callable[[Environ], str | None] | None:
    """A check of HTTP Basic against one user; None when there is nothing to check."""
    if user is None or password is None:
        return None

    def check(environ: Environ) -> str:
        given = basic_credentials(environ) or ("", "")
        same = [hmac.compare_digest(a.encode(), b.encode()) for a, b in zip(given, (user, password), strict=True)]
        if not all(same):
            raise WireFault("NIET_GEAUTHENTICEERD")
        return user

    return check


def text_of(message: etree._Element, name: str) -> str:
    """The text of the first child of that name, whatever its namespace; empty when it is absent."""
    return message.findtext(f"{{*}}{name}") or ""


def reference_of(message: etree._Element) -> str:
    """The Referentienummer of a message."""
    return message.findtext("{*}Stuurgegevens/{*}Referentienummer") or ""


def add(parent: etree._Element, name: str, text: str | None = None) -> etree._Element:
    """A child in the namespace of its parent."""
    child = etree.SubElement(parent, f"{{{etree.QName(parent).namespace}}}{name}")
    child.text = text
    return child


def new_answer(message: etree._Element) -> etree._Element:
    """The Response element to a message, with its Stuurgegevens filled."""
    name = etree.QName(message)
    answer = etree.Element(f"{{{name.namespace}}}{name.localname}Response", nsmap={"b": name.namespace, "typ": TYPES})
    head = add(answer, "Stuurgegevens")
    now = datetime.now(UTC).isoformat().replace("+00:00", "Z")
    for child, text in (
        ("Referentienummer", uuid4().hex),
        ("CrossRefnummer", reference_of(message)),
        ("TijdstipBericht", now),
    ):
        etree.SubElement(head, f"{{{TYPES}}}{child}").text = text
    return answer
