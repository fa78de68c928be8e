"""A thema is judged as a person with poor sight would: by the contrast of every pair of colours that a page puts together."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from betaalhub.web.texts import load_texts
from betaalhub.web.themas.check import enough, find_colours, find_files, find_hosts, find_letters, find_texts, floor
from betaalhub.web.themas.colours import Rgb, contrast, luminance, read_colour, written
from betaalhub.web.themas.pairs import PAIRS, TEXT
from betaalhub.web.themas.thema import neutral
from betaalhub.web.themas.themas import read_thema
from betaalhub.web.themas.tokens import read_tokens, resolve, told
from tests.web.themas import write_texts, write_thema

BLACK, WHITE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
PART = st.integers(0, 255).map(lambda part: part / 255)
COLOUR = st.tuples(PART, PART, PART)


def found(home: Path, **changes: str) -> list[str]:
    """What is said about the colours and letters of a thema with this style."""
    thema = read_thema(write_thema(home, **changes), load_texts())
    return [one.text for one in (*find_colours(thema), *find_letters(thema))]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [
        ("#000", "#fff", 21.0),
        ("#fff", "#ffffff", 1.0),
        ("#777777", "white", 4.478),  # the grey that just fails, known from WebAIM
        ("#767676", "white", 4.542),
        ("#0084C4", "#fff", 4.12),  # Rotterdam's blue badge
        ("#00811F", "#fff", 5.05),  # Rotterdam's links
        ("hsl(90 30% 50%)", "#fff", 2.79),  # Utrecht's fallback of a safe badge
        ("hsl(48, 100%, 50%)", "#fff", 1.51),
        ("rgb(255 0 0)", "#fff", 3.998),
        ("rgb(0 0 0 / 50%)", "#fff", 3.95),  # half transparent black is grey
    ],
)
def test_known_contrasts(one: str, other: str, ratio: float) -> None:
    colours = read_colour(one), read_colour(other)
    assert colours[0] and colours[1]
    assert contrast(colours[0], colours[1]) == pytest.approx(ratio, abs=0.01)


@given(COLOUR, COLOUR)
def test_contrast_goes_both_ways_and_from_1_to_21(one: Rgb, other: Rgb) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.0001
    assert contrast(one, one) == 1


@given(COLOUR, st.integers(0, 2), PART)
def test_lighter_is_lighter(colour: Rgb, which: int, more: float) -> None:
    changed = [*colour]
    changed[which] = max(changed[which], more)
    assert luminance((changed[0], changed[1], changed[2])) >= luminance(colour)


@given(COLOUR)
def test_a_colour_is_written_as_it_is_read(colour: Rgb) -> None:
    assert read_colour(written(colour)) == pytest.approx(colour)


@given(COLOUR, COLOUR)
def test_what_is_advised_is_enough(front: Rgb, behind: Rgb) -> None:
    advised = read_colour(written(enough(front, behind, TEXT)))
    assert advised and contrast(advised, behind) >= TEXT


@pytest.mark.parametrize("value", ["currentcolor", "rood", "", "12px", "red blue", "lab(50% 20 30)"])
def test_what_is_no_colour_of_which_the_contrast_is_known(value: str) -> None:
    assert read_colour(value) is None


def test_our_own_style_sheet_is_a_floor_with_every_token_that_a_pair_needs() -> None:
    tokens = floor()
    assert not [pair for pair in PAIRS if not any(name in tokens for name in pair.front)]
    assert not [pair for pair in PAIRS if not any(name in tokens for name in pair.behind)]
    assert find_colours(neutral(load_texts())) == []
    assert find_letters(neutral(load_texts())) == []


def test_each_pair_that_fails_is_told_once_with_the_ratio_and_the_token_to_change(tmp_path: Path) -> None:
    said = found(tmp_path, css=".stad-thema { --bh-link: #aaa; }")
    (link,) = [one for one in said if "--bh-link" in one]
    assert link.startswith(
        "link boven aan de pagina: #aaaaaa op #ffffff is 2,32:1, nodig is 4,50:1. Verander --bh-link (bijv"
    )


def test_the_token_to_change_is_the_one_that_the_thema_sets(tmp_path: Path) -> None:
    said = found(tmp_path, css=".stad-thema { --utrecht-button-primary-action-background-color: #ff9; }")
    assert [one.rsplit(" ", 1)[1] for one in said] == ["--utrecht-button-primary-action-background-color"]


def test_a_thema_that_misses_its_class_is_told(tmp_path: Path) -> None:
    assert found(tmp_path, css=".dorp-thema { --bh-link: #000; }") == [
        "theme.css zet geen enkel token op .stad-thema; klopt class in theme.json?"
    ]


def test_a_colour_that_can_not_be_computed_is_told(tmp_path: Path) -> None:
    css = ".stad-thema { --bh-voet: var(--weg); --bh-fout: oklch(60% 0.1 20); }"
    said = found(tmp_path, css=css)
    assert any("--utrecht-page-footer-background-color heeft geen waarde" in one for one in said)
    assert any("oklch(60% 0.1 20); daarvan is het contrast niet uit te rekenen" in one for one in said)


@pytest.mark.parametrize(
    ("css", "value"),
    [
        (".t { --a: red } .t { --a: blue }", "blue"),
        ("html.t { --a: red } .t { --a: blue }", "red"),
        (".t { --a: red !important } html.t { --a: blue }", "red"),
        (".t { --a: red } :where(html) { --a: blue }", "red"),
        (".x, .t { --a: red }", "red"),
        (".t .u { --a: red }", ""),
        (".u { --a: red }", ""),
        ("@media print { .t { --a: red } }", ""),
        ("@layer x { .t { --a: red } }", "red"),
        (".t { --a: var(--b); --b: red }", "red"),
        (".t { --a: var(--b, red) }", "red"),
        (".t { --a: var(--b, var(--c)); --c: red }", "red"),
        (".t { --a: var(--b); --b: var(--a) }", ""),
        (".t { /* x */ --a: /* y */ red }", "red"),
    ],
)
def test_which_value_a_token_has(css: str, value: str) -> None:
    assert told(resolve(read_tokens(css, "t"), "--a")) == value


def test_sizes_in_px_and_a_heading_larger_than_the_one_above_it(tmp_path: Path) -> None:
    css = ".stad-thema { --utrecht-paragraph-font-size: 16px; --utrecht-heading-2-font-size: 3rem; } .x { font: bold 12px/1 a }"
    said = found(tmp_path, css=css)
    assert said[0].startswith("in px, en volgt dus niet wat de lezer instelt: --utrecht-paragraph-font-size, font.")
    assert said[1].startswith("--utrecht-heading-2-font-size (3rem) is groter dan die van heading-1 (1.875rem)")
    assert len(said) == 2
    assert not found(tmp_path / "b", css=".stad-thema { --utrecht-button-padding: 16px; --bh-letter-font-size: 1rem; }")


def test_a_licence_that_is_missing_and_files_that_nobody_sees(tmp_path: Path) -> None:
    folder = write_thema(tmp_path)
    (folder / "banner.png").write_bytes(b"")
    assert [(one.wrong, one.text.split(" ")[0]) for one in find_files(folder)] == [(False, "banner.png")]
    (folder / "LICENTIE.md").unlink()
    assert [one.wrong for one in find_files(folder)] == [True, False]


def test_who_says_je_says_it_everywhere(tmp_path: Path) -> None:
    folder = write_thema(tmp_path)
    assert find_texts(read_thema(folder, load_texts())) == []
    write_texts(folder, "nl", cart__title="Je winkelmandje")
    (said,) = find_texts(read_thema(folder, load_texts()))
    assert "teksten zeggen nog u" in said.text and not said.wrong


def test_a_thema_that_nobody_would_see(tmp_path: Path) -> None:
    links = frozenset({"betalen.example"})
    hidden = read_thema(write_thema(tmp_path, hosts=[]), load_texts())
    (said,) = find_hosts(hidden, links=links, standard=False)
    assert said.wrong and "niemand ziet dit thema" in said.text
    assert find_hosts(hidden, links=links, standard=True) == []
    elsewhere = read_thema(write_thema(tmp_path / "b"), load_texts())
    (said,) = find_hosts(elsewhere, links=links, standard=False)
    assert not said.wrong and "administratie" in said.text
    assert find_hosts(elsewhere, links=links | set(elsewhere.hosts), standard=False) == []
