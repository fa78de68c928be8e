"""Whatever becomes of a message on its way, the answer is one of ours, and who is refused has changed nothing.

More examples for each operation than `make test` takes: BETAALHUB_FUZZ_EXAMPLES=2000 pytest tests/hostile/test_fuzz.py
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from betaalhub.wire.schema_index import local_name
from tests.contract.generated import CONTRACT, generated
from tests.hostile.conftest import make_inside
from tests.hostile.door import Door, Inside
from tests.hostile.messages import envelope
from tests.hostile.mutations import KNOWN, REQUESTS, messages
from tests.hostile.verdict import Heard, judge

EXAMPLES = int(os.environ.get("BETAALHUB_FUZZ_EXAMPLES", "12"))
# The operations have one register together: what one message leaves behind, the next one may find.
FUZZ = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module")
def inside(register: Path, tmp_path_factory: pytest.TempPathFactory) -> Inside:
    """The application, without a limit on the number of messages."""
    return make_inside(register, tmp_path_factory.mktemp("fuzz"), soap_per_minute=0)


def ask(inside: Inside, body: bytes | str, content_type: str) -> Heard:
    """Send one message, and hold the answer against every rule."""
    before = inside.digest()
    heard = judge(Door(inside).send(body, content_type))
    assert heard.code != "INTERNE_FOUT"
    assert heard.status == 200 or inside.digest() == before, "a refused message changed the register"
    return heard


@pytest.mark.parametrize("tag", REQUESTS, ids=local_name)
def test_whatever_is_sent_the_answer_is_ours_and_a_refusal_changes_nothing(inside: Inside, tag: str) -> None:
    @FUZZ
    @given(messages(tag))
    def one(sent: tuple[bytes, str]) -> None:
        ask(inside, *sent)

    one()


@pytest.mark.parametrize("tag", REQUESTS, ids=local_name)
def test_a_valid_message_is_never_called_invalid(inside: Inside, tag: str) -> None:
    @FUZZ
    @given(generated(CONTRACT, tag, values=KNOWN), st.just("text/xml; charset=utf-8"))
    def one(message: etree._Element, kind: str) -> None:
        heard = ask(inside, envelope(etree.tostring(message, encoding="unicode")), kind)
        assert heard.code != "ONGELDIG_BERICHT", heard.body

    one()
