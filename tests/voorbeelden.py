"""The example messages of the contract, and how a real answer is compared with one."""

from __future__ import annotations

from dataclasses import dataclass, field

from lxml import etree

from tests.contract.samples import ROOT

FOLDER = ROOT / "wsdl" / "voorbeelden"
ENVELOPES = ("http://schemas.xmlsoap.org/soap/envelope/", "http://www.w3.org/2003/05/soap-envelope")
VRAAG, ANTWOORD = "-vraag", "-antwoord"
# What Betaalhub gives out: another value in every register, but the same one each time it is told.
GIVEN_OUT = frozenset({"Betaalkenmerk", "Winkelmandje", "BetaalUrl", "Terugbetaling", "Registratienummer", "Vervolg"})
# What differs from one answer to the next: only that it is there is compared.
FLEETING = GIVEN_OUT | frozenset(
    {"Referentienummer", "TijdstipBericht", "Tijdstip", "Hubversie", "Wijzigingsnummer", "MessageID", "BetaaldOp", "AangevraagdOp"}
    | {"Boekstuknummer"}
)  # fmt: skip
# What an answer holds depends on the rights of the caller, which are not those of the example.
BY_RIGHTS = frozenset({"Operatie", "AansluitingGeldigTot"})


def all_names() -> list[str]:
    """The names of all examples, without `.xml`."""
    return sorted(path.stem for path in FOLDER.glob("*.xml"))


def read(name: str) -> bytes:
    """The bytes of an example."""
    return (FOLDER / f"{name}.xml").read_bytes()


def message(envelope: bytes) -> etree._Element:
    """The element in the Body."""
    root = etree.fromstring(envelope)
    return next(root.find(f"{{{one}}}Body") for one in ENVELOPES if root.tag == f"{{{one}}}Envelope")[0]


def shape(envelope: bytes) -> list[tuple[str, str]]:
    """(path, text) of every element without children, headers too; of what is fleeting only that there is something."""
    found = []
    for node in etree.fromstring(envelope).iter("*"):
        if len(node) == 0 and etree.QName(node).localname not in BY_RIGHTS:
            text = (node.text or "").strip()
            text = text.partition(":")[2] if etree.QName(node).localname in ("faultcode", "Value") else text
            fleeting = etree.QName(node).localname in FLEETING and text
            found.append((_path(node), "…" if fleeting else text))
    return found


def _path(node: etree._Element) -> str:
    return "/".join(etree.QName(one).localname for one in [*reversed(list(node.iterancestors())), node])


@dataclass(slots=True)
class Dictionary:
    """What the examples say instead of what this register gave out."""

    words: dict[str, str] = field(default_factory=dict)

    def request(self, name: str) -> bytes:
        """An example in the words of this register."""
        text = read(name).decode()
        for example, real in sorted(self.words.items(), key=lambda pair: -len(pair[0])):
            text = text.replace(f">{example}<", f">{real}<").replace(f">{example}/", f">{real}/")
        return text.encode()

    def learn(self, name: str, answer: bytes) -> None:
        """Take the words that Betaalhub gave out in this answer, beside those in the example of it."""
        for example, real in zip(message(read(name)).iter("*"), message(answer).iter("*"), strict=False):
            if example.tag == real.tag and etree.QName(real).localname in GIVEN_OUT and example.text and real.text:
                self.words.setdefault(example.text, real.text)
