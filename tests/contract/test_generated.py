"""What is drawn from the schemas fits them, for every message of our own contracts."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from betaalhub.wire.contract_files import ContractFiles
from tests.contract.generated import CONTRACT, every_message, generated, python_pattern
from tests.contract.samples import BER


@pytest.mark.parametrize(
    ("contract", "tag"),
    every_message(),
    ids=lambda one: one.rpartition("}")[2] if isinstance(one, str) else one.wsdl_path.stem,
)
@given(data=st.data())
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_every_drawn_message_fits_the_contract(contract: ContractFiles, tag: str, data: st.DataObject) -> None:
    message = data.draw(generated(contract, tag))
    assert contract.validate(message) == ()


@given(generated(CONTRACT, f"{{{BER}}}Controleer", values={"Zender": st.just("vergunningen")}))
@settings(max_examples=5, deadline=None)
def test_a_value_can_be_given_by_the_name_of_its_element(message) -> None:
    assert message.findtext("{*}Stuurgegevens/{*}Zender") == "vergunningen"


def test_a_pattern_keeps_its_meaning_in_python() -> None:
    assert python_pattern(r"[$^a]+$\.") == r"[$^a]+\$\."
