"""What makes two messages the same: every value in them but TijdstipBericht, and nothing about how they are written."""

from __future__ import annotations

import re
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from spyne.protocol import ProtocolBase

from betaalhub.domain.bericht import message_key
from betaalhub.soap import mapping, mapping_writing, types
from betaalhub.wire.contract_files import ContractFiles
from betaalhub.wire.readers import Readers
from tests.contract.samples import BER, OURS, ROOT, TYP, sample, schema

SCHEMA = schema(*OURS)
READERS = Readers(ProtocolBase(), ContractFiles(ROOT / "wsdl/betaalhub-v1.wsdl").index)
OPERATIES: dict[str, tuple[type, Callable[[Any], Any]]] = {
    "StartBetaling": (types.StartBetaling, mapping.to_verzoek),
    "TrekBetalingIn": (types.TrekBetalingIn, mapping_writing.to_intrekking),
    "VraagTerugbetaling": (types.VraagTerugbetaling, mapping_writing.to_terugbetaling),
    "RegistreerBetaling": (types.RegistreerBetaling, mapping_writing.to_registratie),
    "HerroepRegistratie": (types.HerroepRegistratie, mapping_writing.to_herroeping),
    "MeldLevering": (types.MeldLevering, mapping_writing.to_levering),
}
CODES = ("BEDRIJF", "en", "CONTANT", "GELEVERD", "true")
PREFIXES = st.lists(st.from_regex(r"[a-z]{1,8}", fullmatch=True), min_size=2, max_size=2, unique=True)


def key(operatie: str, message: etree._Element) -> str:
    """The content key of a message, as the service reads it; the message must be valid."""
    SCHEMA.assertValid(message)
    model, to_verzoek = OPERATIES[operatie]
    return message_key(to_verzoek(READERS.reader(model)(message)))


def leaves(message: etree._Element) -> list[etree._Element]:
    """The elements that hold a value."""
    return [element for element in message.iter() if len(element) == 0]


def is_valid(element: etree._Element, value: str) -> bool:
    """May this value stand here? It stays when it may."""
    before, element.text = element.text, value
    valid = bool(SCHEMA.validate(element.getroottree().getroot()))
    if not valid:
        element.text = before
    return valid


def others(text: str) -> list[str]:
    """Values that differ from this one a little, of its own kind first."""
    moved = re.sub(r"(?<=T)\d\d", lambda found: f"{(int(found[0]) + 1) % 24:02}", text)
    counted = re.sub(r"\d$", lambda found: str((int(found[0]) + 1) % 10 or 1), text)
    return [one for one in (moved, counted, f"{text}x", *CODES) if one != text]


@st.composite
def changed(draw: st.DrawFn, operatie: str) -> tuple[etree._Element, etree._Element, str]:
    """A message, another that differs in one value, and the name of that value."""
    first = sample(f"{{{BER}}}{operatie}")
    second = deepcopy(first)
    leaf = draw(st.sampled_from(leaves(second)))
    assert any(is_valid(leaf, value) for value in others(leaf.text or "")), leaf.tag
    return first, second, etree.QName(leaf).localname


@pytest.mark.parametrize("operatie", OPERATIES)
@given(data=st.data())
def test_every_value_but_the_time_of_sending_makes_another_message(operatie: str, data: st.DataObject) -> None:
    first, second, name = data.draw(changed(operatie))
    assert (key(operatie, first) == key(operatie, second)) is (name == "TijdstipBericht")


@pytest.mark.parametrize("operatie", OPERATIES)
@given(data=st.data())
def test_what_is_left_out_makes_another_message_unless_it_has_a_default(operatie: str, data: st.DataObject) -> None:
    first = sample(f"{{{BER}}}{operatie}")
    second = deepcopy(first)
    gone = data.draw(st.sampled_from([element for element in second.iter() if element is not second]))
    gone.getparent().remove(gone)
    if SCHEMA.validate(second):
        default = etree.QName(gone).localname == "Vervang"
        assert (key(operatie, first) == key(operatie, second)) is default


@pytest.mark.parametrize("operatie", OPERATIES)
@given(
    names=PREFIXES,
    blanks=st.lists(st.sampled_from(["", " ", "\n", "\t\n   "]), min_size=1),
    early=st.booleans(),
    turned=st.booleans(),
)
def test_how_it_is_written_does_not_matter(
    operatie: str, names: list[str], blanks: list[str], early: bool, turned: bool
) -> None:
    first = sample(f"{{{BER}}}{operatie}")
    text = written(first, dict(zip((BER, TYP), names, strict=True)), blanks, early=early, turned=turned)
    assert key(operatie, etree.fromstring(text)) == key(operatie, first)


def written(
    element: etree._Element, prefixes: dict[str, str], blanks: list[str], *, early: bool, turned: bool, top: bool = True
) -> str:
    """The element with these prefixes, declared once at the top or on every element, and blanks between elements."""
    name = etree.QName(element)
    wanted = prefixes if top and early else {name.namespace: prefixes[name.namespace]} if not early else {}
    declared = [f' xmlns:{prefix}="{namespace}"' for namespace, prefix in wanted.items()]
    tag = f"{prefixes[name.namespace]}:{name.localname}"
    inside = [
        blanks[place % len(blanks)] + written(child, prefixes, blanks, early=early, turned=turned, top=False)
        for place, child in enumerate(element)
    ]
    text = "".join(inside) + blanks[-1] if inside else (element.text or "").replace("&", "&amp;")
    return f"<{tag}{''.join(reversed(declared) if turned else declared)}>{text}</{tag}>"
