"""Our compiled readers and writers do what Spyne's own protocol does, for every message of every operation there is.

Where Spyne is wrong or spells otherwise the exclusion is named: in `tests/wire/spyne_itself.py` (enumerations read as
objects, times written with their zone, negative zones with half hours read wrong) and, for writing, times without zone:
we refuse to send what nobody can place. `xsi:nil="false"`, which Spyne reads as nothing, is never made here.
"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from lxml import etree

from betaalhub.resources import wsdl_path
from betaalhub.soap import types
from betaalhub.soap.service import betaalhub_service
from betaalhub.wire.contract_files import ContractFiles
from betaalhub.wire.protocol import StrictSoap, spyne_application
from tests.wire.bibliotheek import BIB, WSDL, Bibliotheek
from tests.wire.spyne_itself import ZONES, elements, infoset, messages, plain, spyne_of

HUB = betaalhub_service(None)
OURS: dict[str, StrictSoap] = {
    types.BER: spyne_application(HUB, ContractFiles(wsdl_path("betaalhub-v1.wsdl")), tns=types.BER).in_protocol,
    BIB: spyne_application(Bibliotheek, ContractFiles(WSDL), tns=BIB).in_protocol,
}
SPYNE = {types.BER: spyne_of(HUB, types.BER), BIB: spyne_of(Bibliotheek, BIB)}
CLASSES = sorted({*messages(HUB), *messages(Bibliotheek)}, key=lambda cls: cls.get_type_name())
every_message = pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.get_type_name())
QUICK = [Phase.explicit, Phase.generate]  # shrinking a whole message takes minutes and shows no more
thorough = settings(max_examples=15, deadline=None, phases=QUICK, suppress_health_check=[HealthCheck.too_slow])


@every_message
@given(data=st.data())
@thorough
def test_a_message_is_read_as_spyne_reads_it(cls: Any, data: st.DataObject) -> None:
    element = data.draw(elements(cls, ("", *ZONES)))
    read = OURS[cls.get_namespace()].readers.reader(cls)(element)
    assert plain(cls, read) == plain(cls, SPYNE[cls.get_namespace()].from_element(None, cls, element))


@every_message
@given(data=st.data())
@thorough
def test_an_object_is_written_as_spyne_writes_it(cls: Any, data: st.DataObject) -> None:
    ours, spyne = OURS[cls.get_namespace()], SPYNE[cls.get_namespace()]
    element = data.draw(elements(cls))
    instance = ours.readers.reader(cls)(element)
    parent = etree.Element("parent")
    spyne.to_parent(None, cls, instance, parent, cls.get_namespace(), cls.get_type_name())
    assert infoset(cls, ours.writers.writer(cls, element.tag)(instance)) == infoset(cls, parent[0])
