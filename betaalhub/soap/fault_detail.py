"""Writes the typed detail of a SOAP fault, `BetaalhubFout`, so that it always fits the contract."""

from __future__ import annotations

import re

from lxml import etree

from betaalhub.errors import Finding
from betaalhub.soap.faults import FOUTEN
from betaalhub.soap.types import BER, TYP
from betaalhub.wire.exchange import Exchange
from betaalhub.wire.faults import WireFault
from betaalhub.wire.schema_index import local_name

_MOST_FINDINGS = 100
_LONG, _SHORT = 500, 140  # the bounds of Toelichting and Omschrijving
_INVISIBLE = re.compile(
    "[^ -~\u00a1-\u00ac\u00ae-\u061b\u061d-\u180d\u180f-\u1fff\u2010-\u2027\u2030-\u205e\u2070-\ud7ff\uf900-\ufefe\uff00-\uffef\ufffc-\ufffd]+"
)
_REFERENTIE = re.compile(r"[A-Za-z0-9._:/+=@\-]{1,40}")
_CODE = re.compile(r"[A-Z][A-Z0-9_]{0,39}")


class BetaalhubFoutRenderer:
    """The fault renderer of the service for product systems."""

    def render(self, fault: WireFault, exchange: Exchange) -> etree._Element:
        """The child of `detail`; a waiting time comes in `fault.detail` as whole seconds."""
        root = etree.Element(f"{{{BER}}}BetaalhubFout", nsmap={"ber": BER, "typ": TYP})
        _add(root, BER, "Code", _code(fault.code))
        _add(root, BER, "Plek", fault.plek.value)
        _add(root, BER, "Omschrijving", _line(fault.omschrijving, _LONG))
        _add(root, BER, "Herhaalbaar", "true" if fault.herhaalbaar else "false")
        if isinstance(fault.detail, int):
            _add(root, BER, "WachttijdSeconden", str(fault.detail))
        asked = _referentienummer(exchange)
        if asked:
            _add(root, BER, "CrossRefnummer", asked)
        for finding in (fault.findings or _blamed(fault, exchange))[:_MOST_FINDINGS]:
            _add_finding(root, finding, exchange)
        return root


def _blamed(fault: WireFault, exchange: Exchange) -> tuple[Finding, ...]:
    """For a refusal that names no element: the one that the catalogue says it is about, in this message."""
    row = FOUTEN.get(fault.code)
    if row is None or not row.elementen or exchange.envelope is None:
        return ()
    message = exchange.envelope.message
    there = [
        one for one in row.elementen if message.find("/".join(f"{{*}}{name}" for name in one.split("/"))) is not None
    ]
    path = f"/{local_name(message.tag)}/{(there or row.elementen)[0]}"
    return (Finding(fault.code, path, fault.omschrijving),)


def _add_finding(root: etree._Element, finding: Finding, exchange: Exchange) -> None:
    node = etree.SubElement(root, f"{{{BER}}}Bevinding")
    _add(node, TYP, "Code", _code(finding.code))
    _add(node, TYP, "Element", _line(finding.element, _LONG))
    line = finding.regel or _line_of(finding.element, exchange)
    if line:
        _add(node, TYP, "Regel", str(line))
    if finding.facet:
        _add(node, TYP, "Facet", _line(finding.facet, _SHORT))
    _add(node, TYP, "Omschrijving", _line(finding.omschrijving, _LONG))


def _line_of(path: str, exchange: Exchange) -> int:
    """The line of the element at `/StartBetaling/Productregel[2]/Aantal` in the message as received; 0 when not there."""
    node = exchange.envelope.message if exchange.envelope is not None else None
    for step in path.split("/")[2:]:
        name, _, index = step.rstrip("]").partition("[")
        if node is None or not name.isalnum():
            return 0
        same = node.findall(f"{{*}}{name}")
        place = int(index) - 1 if index.isdigit() else 0
        node = same[place] if 0 <= place < len(same) else None
    line = None if node is None else node.sourceline
    return line if isinstance(line, int) else 0


def _referentienummer(exchange: Exchange) -> str:
    """The Referentienummer of the question, when it can be read and is one."""
    if exchange.envelope is None:
        return ""
    text = exchange.envelope.message.findtext(f"{{{BER}}}Stuurgegevens/{{{TYP}}}Referentienummer") or ""
    return text if _REFERENTIE.fullmatch(text) else ""


def _line(text: str, most: int) -> str:
    """The text as one printable line of at most `most` characters that does not start with a space."""
    return _INVISIBLE.sub(" ", text).strip()[:most] or "-"


def _code(code: str) -> str:
    return code if _CODE.fullmatch(code) else "INTERNE_FOUT"


def _add(parent: etree._Element, namespace: str, name: str, text: str) -> None:
    etree.SubElement(parent, f"{{{namespace}}}{name}").text = text
