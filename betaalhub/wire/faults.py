"""One fault as the wire knows it, and how SOAP 1.1 and 1.2 write it."""

from __future__ import annotations

from typing import Any

from lxml import etree

from betaalhub.errors import BetaalhubError, Finding
from betaalhub.wire.codes import WIRE_CODES, FindingCode, Plek
from betaalhub.wire.versions import SoapVersion

_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


class WireFault(BetaalhubError):
    """A SOAP Fault. A code of `WIRE_CODES` brings its own defaults; any other needs `plek` and `omschrijving`.

    `herhaalbaar`: a later repeat of the same message may succeed. `http_status` overrides the binding's own status.
    `detail` is the application's: its `FaultRenderer` gets it back (a waiting time in seconds, say).
    """

    def __init__(
        self,
        code: str,
        omschrijving: str | None = None,
        *,
        plek: Plek | str | None = None,
        herhaalbaar: bool | None = None,
        findings: tuple[Finding, ...] = (),
        http_status: str | None = None,
        detail: Any = None,
    ) -> None:
        row = WIRE_CODES.get(code)
        super().__init__(code)
        self.code = code
        self.plek = Plek(plek) if plek else (row.plek if row else Plek.SERVER)
        self.omschrijving = omschrijving or (row.omschrijving if row else code)
        self.herhaalbaar = (
            (row.herhaalbaar if row else self.plek is Plek.SERVER) if herhaalbaar is None else herhaalbaar
        )
        self.findings = findings
        self.http_status = http_status or (row.http_status if row else None)
        self.faultcode = row.faultcode if row and not plek else self.plek.value.capitalize()
        self.detail = detail


def invalid(code: FindingCode, omschrijving: str, *, element: str = "/Envelope", line: int = 0) -> WireFault:
    """ONGELDIG_BERICHT for one thing that is wrong with the message as a whole; `line` counts from 1, 0 is unknown."""
    return WireFault("ONGELDIG_BERICHT", findings=(Finding(code, element, omschrijving, line),))


def fault_element(fault: WireFault, version: SoapVersion, detail: etree._Element | None) -> etree._Element:
    """The `Fault` of this SOAP version, with plain fault codes and the typed detail where the standard wants it."""
    namespace = version.envelope
    root = etree.Element(f"{{{namespace}}}Fault", nsmap={"soap": namespace})
    code = f"soap:{version.fault_codes.get(fault.faultcode, fault.faultcode)}"
    text = clean(fault.omschrijving)
    if version.is_12:
        etree.SubElement(etree.SubElement(root, f"{{{namespace}}}Code"), f"{{{namespace}}}Value").text = code
        reason = etree.SubElement(etree.SubElement(root, f"{{{namespace}}}Reason"), f"{{{namespace}}}Text")
        reason.set(_XML_LANG, "nl")
        reason.text = text
    else:
        etree.SubElement(root, "faultcode").text = code
        etree.SubElement(root, "faultstring").text = text
    if detail is not None:
        etree.SubElement(root, f"{{{namespace}}}Detail" if version.is_12 else "detail").append(detail)
    return root


def clean(text: str) -> str:
    """The text with every character that XML 1.0 forbids replaced, so that a fault can always be written."""
    return "".join(one if _allowed(one) else "\ufffd" for one in text)


def _allowed(character: str) -> bool:
    point = ord(character)
    return character in "\t\n\r" or 0x20 <= point <= 0xD7FF or 0xE000 <= point <= 0xFFFD or point >= 0x10000
