"""Answers are stored and read again as they were, those of older versions too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.flows.antwoorden import Antwoord, read_antwoord, write_antwoord
from betaalhub.flows.register_betaling import RegistratieAntwoord
from betaalhub.flows.report_levering import LeveringAntwoord
from betaalhub.flows.request_terugbetaling import TerugbetalingAntwoord
from betaalhub.flows.start_betaling import StartBetalingAntwoord
from betaalhub.flows.withdraw import StatusAntwoord

SOORTEN = (StartBetalingAntwoord, StatusAntwoord, TerugbetalingAntwoord, RegistratieAntwoord, LeveringAntwoord)
# As version 0.1.0 stored the answer to StartBetaling.
OF_BEFORE = (
    '{"betaal_url": "https://betalen.example/nl/winkelmandje/abc", "betaalkenmerk": "482710936577", "cross_refnummer": "R-1", '
    '"referentienummer": "CF8CF2D366B344D48F1C5B3490", "status": "OPEN", "tijdstip": "2026-11-23T13:30:00+00:00", '
    '"versie": 1, "vervalt_op": "2026-12-07T13:30:00.000001+00:00", "winkelmandje": "123456789012"}'
)
MOMENTS = st.datetimes(timezones=st.just(UTC))


@pytest.mark.parametrize("soort", SOORTEN)
@given(data=st.data())
def test_every_answer_comes_back_as_it_was(soort: type[Antwoord], data: st.DataObject) -> None:
    st.register_type_strategy(datetime, MOMENTS)
    antwoord = data.draw(st.builds(soort))
    again = read_antwoord(soort, write_antwoord(antwoord))
    assert again == antwoord
    assert write_antwoord(again) == write_antwoord(antwoord)


def test_an_answer_of_before_is_read_and_would_be_written_the_same() -> None:
    antwoord = read_antwoord(StartBetalingAntwoord, OF_BEFORE)
    assert antwoord.vervalt_op == datetime(2026, 12, 7, 13, 30, 0, 1, UTC)
    assert write_antwoord(antwoord) == OF_BEFORE


@dataclass(frozen=True, slots=True)
class Grown(Antwoord):
    """An answer that got another field since."""

    status: str
    nieuw: str | None = None


def test_an_answer_may_gain_a_field_with_a_default() -> None:
    old = StatusAntwoord("A-1", "R-1", datetime(2026, 11, 23, tzinfo=UTC), "482710936577", "OPEN", 1)
    stored = write_antwoord(old).replace('"versie": 1', '"nieuw": null')
    assert read_antwoord(Grown, stored).status == "OPEN"
    assert read_antwoord(Grown, stored.replace('"nieuw": null, ', "")).nieuw is None
