"""A name is found by how it is called, however it is written."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.domain.statuses import BetalerSoort
from betaalhub.domain.zoeknaam import LONGEST, name_ranges, search_name
from betaalhub.errors import Refusal

BURGER, BEDRIJF = BetalerSoort.BURGER, BetalerSoort.BEDRIJF
LETTERS = st.characters(categories=["L", "Mn", "Zs", "Pd", "Po"])


def finds(asked: str, naam: str, soort: BetalerSoort = BURGER) -> bool:
    """As the database compares: sign by sign."""
    kept = search_name(naam, soort)
    return kept is not None and any(
        one.first <= kept < one.after and all(f" {word}" in kept for word in one.words) for one in name_ranges(asked)
    )


@pytest.mark.parametrize(
    ("naam", "soort", "kept"),
    [
        ("Sjaan van Zomeren", BURGER, "zomeren sjaan van"),
        ("Zoë MÜLLER-Lüdenscheidt", BURGER, "ludenscheidt zoe muller"),
        ("Søren Łukasz Åström", BURGER, "astrom soren lukasz"),
        ("J.P. O'Brien", BURGER, "obrien jp"),
        ("Sjaan", None, "sjaan"),
        ("Bakkerij Jansen B.V.", BEDRIJF, "bakkerij jansen"),
        ("Groß & Söhne GmbH", BEDRIJF, "gross sohne"),
        ("Ĳssel Ⅳ", BEDRIJF, "ijssel iv"),
        (" . ", BURGER, None),
        (None, None, None),
    ],
)
def test_a_name_as_the_register_keeps_it(naam: str | None, soort: BetalerSoort | None, kept: str | None) -> None:
    assert search_name(naam, soort) == kept


@pytest.mark.parametrize("asked", ["Zomeren", "zom", "van Zomeren", "SJAAN VAN ZOMEREN", "Sjaan Zomeren", "S. van Zóm"])
def test_who_is_called_sjaan_van_zomeren_is_found(asked: str) -> None:
    assert finds(asked, "Sjaan van Zomeren")


@pytest.mark.parametrize("asked", ["Sjaan", "Zomer Piet", "Somer", "van der Zomeren"])
def test_who_is_not_called_so_is_not_found(asked: str) -> None:
    assert not finds(asked, "Sjaan van Zomeren")


@pytest.mark.parametrize("asked", ["Bakkerij", "bakkerij jans", "Bakkerij Jansen BV"])
def test_a_company_is_found_from_its_beginning(asked: str) -> None:
    assert finds(asked, "Bakkerij Jansen B.V.", BEDRIJF)


@given(st.text(LETTERS, min_size=1, max_size=60), st.sampled_from(BetalerSoort))
def test_the_whole_name_always_finds_itself(naam: str, soort: BetalerSoort) -> None:
    kept = search_name(naam, soort)
    if kept is not None and len(kept.replace(" ", "")) >= 2:
        assert finds(naam, naam, soort)


@given(st.text(max_size=100))
def test_what_is_kept_is_plain_and_fits(naam: str) -> None:
    kept = search_name(naam, BEDRIJF)
    assert kept is None or (0 < len(kept) <= LONGEST and kept == kept.strip().casefold())
    assert search_name(kept, BEDRIJF) in (kept, None) or len(naam) > 90 or kept.split()[-1] in ("bv", "nv")


@pytest.mark.parametrize("asked", ["", "a", " . ", "é"])
def test_one_letter_is_too_few(asked: str) -> None:
    with pytest.raises(Refusal, match="2 letters"):
        name_ranges(asked)
