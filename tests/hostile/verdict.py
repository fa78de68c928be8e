"""What every answer at the door must be: a SOAP envelope by the rules of its version, with the typed detail of the contract."""

from __future__ import annotations

from dataclasses import dataclass

from lxml import etree

from betaalhub.wire.versions import BY_MEDIA_TYPE, ENVELOPE_11, ENVELOPE_12
from tests.contract.generated import CONTRACT
from tests.contract.samples import BER

MARKER = "GEHEIM-4711"  # put into messages; may come back in no answer and no log
_LEAKS = (MARKER.encode(), MARKER.encode("utf-16-le"), b"root:", b"Traceback", b"<html", b".py", b"lxml", b"spyne")
_PARTS_11 = (["faultcode", "faultstring"], ["faultcode", "faultstring", "detail"])
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


@dataclass(frozen=True)
class Heard:
    """One HTTP answer: status, headers with names in lower case, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """The code of the typed fault; `OK` for an ordinary answer."""
        found = etree.fromstring(self.body).find(f".//{{{BER}}}BetaalhubFout")
        return "OK" if found is None else str(found.findtext("{*}Code"))

    @property
    def codes(self) -> set[str]:
        """The codes of the fault and of its findings."""
        found = etree.fromstring(self.body).findall(f".//{{{BER}}}BetaalhubFout")
        return {str(code.text) for one in found for code in one.iter("{*}Code")}


def judge(heard: Heard) -> Heard:
    """Assert that an answer is a SOAP answer of ours in every respect, and give it back."""
    assert not [leak for leak in _LEAKS if leak in heard.body], heard.body
    version = BY_MEDIA_TYPE[heard.headers["content-type"].partition(";")[0]]
    assert heard.headers["content-type"].endswith("; charset=utf-8")
    assert int(heard.headers["content-length"]) == len(heard.body)
    root = etree.fromstring(heard.body)
    assert root.tag == f"{{{version.envelope}}}Envelope"
    header = f"{{{version.envelope}}}Header"
    assert [one.tag for one in root if one.tag != header] == [f"{{{version.envelope}}}Body"]
    (content,) = root[-1]
    if content.tag != f"{{{version.envelope}}}Fault":
        assert heard.status == 200
        assert CONTRACT.validate(content) == ()
        return heard
    assert heard.status in ((400, 500) if version.is_12 else (500,)) or heard.status in (401, 405, 415)
    (detail,) = _fault_12(content) if version.is_12 else _fault_11(content)
    assert detail.tag == f"{{{BER}}}BetaalhubFout"
    assert CONTRACT.validate(detail) == ()
    assert ("Client" if detail.findtext("{*}Plek") == "client" else "Server") in _kind(content)
    return heard


def _fault_11(fault: etree._Element) -> etree._Element:
    """The detail of a SOAP 1.1 fault that keeps the rules: unqualified parts in their order, a code of the namespace."""
    assert [one.tag for one in fault] in _PARTS_11, etree.tostring(fault)
    prefix, _, name = fault.findtext("faultcode", "").partition(":")
    assert fault.nsmap[prefix] == ENVELOPE_11
    assert name in ("Client", "Server", "MustUnderstand", "VersionMismatch")
    assert fault.findtext("faultstring", "").strip()
    return fault[-1]


def _fault_12(fault: etree._Element) -> etree._Element:
    """The detail of a SOAP 1.2 fault that keeps the rules."""
    s = f"{{{ENVELOPE_12}}}"
    assert [one.tag for one in fault] == [s + "Code", s + "Reason", s + "Detail"], etree.tostring(fault)
    prefix, _, name = fault.findtext(f"{s}Code/{s}Value", "").partition(":")
    assert fault.nsmap[prefix] == ENVELOPE_12
    assert name in ("Sender", "Receiver", "MustUnderstand", "VersionMismatch")
    assert fault.find(f"{s}Reason/{s}Text").get(_XML_LANG) == "nl"
    return fault[-1]


def _kind(fault: etree._Element) -> tuple[str, ...]:
    """Whose move the SOAP fault code says it is."""
    code = (fault.findtext("faultcode") or fault.findtext(".//{*}Value") or "").rpartition(":")[2]
    return ("Server",) if code in ("Server", "Receiver") else ("Client",)
