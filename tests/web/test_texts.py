"""What a person reads: complete in every language, and money, days and numbers as people write them."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import betaalhub.web
from betaalhub.flows.paginastatus import Paginastatus
from betaalhub.web.portal.pages import NOTICES, PAGES, REFRESH_AFTER, Finds, Page, Shows, Tone, refresh_of
from betaalhub.web.texts import Taal, load_texts, read_messages

ROOM = Path(betaalhub.web.__file__).parent
NL, EN = (load_texts()[taal] for taal in Taal)
PLACE = re.compile(r"%\((\w+)\)s")
# "You have not paid" may only be said of an attempt that ended so at the PSP, or where none was made and none lives.
CERTAIN = {"failed", "cancelled", "expired"}
NOT_TRIED = {"cart.outage", "cart.outage.notice"}


def test_every_language_has_the_same_texts_with_the_same_places():
    dutch, english = read_messages(Taal.NL), read_messages(Taal.EN)
    assert dutch.keys() == english.keys()
    assert {k: sorted(set(PLACE.findall(v))) for k, v in dutch.items()} == {
        k: sorted(set(PLACE.findall(v))) for k, v in english.items()
    }


@pytest.mark.parametrize("taal", Taal)
@pytest.mark.parametrize("name", [item for item in Paginastatus if PAGES[item].shows is not Shows.GONE])
def test_every_page_state_has_its_texts_in_every_language(name, taal):
    t = load_texts()[taal]
    assert t(f"status.title.{name}")
    assert t(f"status.text.{name}", amount="€ 1", back="€ 1", received="€ 1", taken="€ 1", coming="€ 1")
    assert t(PAGES[name].next_key)


def test_only_an_attempt_that_ended_at_the_psp_says_that_nothing_was_paid():
    for messages, sentence in (
        (read_messages(Taal.NL), "niets betaald"),
        (read_messages(Taal.EN), "not paid anything"),
    ):
        telling = {key for key, text in messages.items() if sentence in text}
        ended = {f"{where}.{name}" for where in ("status.text", "cart.again") for name in CERTAIN}
        assert telling == ended | NOT_TRIED


def test_where_the_outcome_is_open_nobody_is_asked_to_pay_again():
    for name in ("pending", "unknown"):
        assert "Betaal niet nog een keer." in NL(f"status.text.{name}", amount="")
        assert "Do not pay again." in EN(f"status.text.{name}", amount="")


def test_every_text_that_the_pages_use_is_there_and_every_text_is_used():
    sources = "".join(path.read_text("utf-8") for path in [*ROOM.rglob("*.py"), *ROOM.rglob("*.html")])
    keys = set(read_messages(Taal.NL))
    assert set(re.findall(r"\bt\('([a-z0-9_.]+)'[,)]", sources)) <= keys
    built = (
        "status.title.",
        "status.text.",
        "add.",
        "err.",
        "opdracht.",
        "find.next.",
    )  # the end of these keys is a state, a field or a status
    assert {
        key for key in keys if not key.startswith(built) and f"'{key}'" not in sources and f'"{key}"' not in sources
    } == set()


def test_money_is_written_as_people_write_it():
    assert (NL.money(123_450), EN.money(123_450)) == ("€\N{NO-BREAK SPACE}1.234,50", "€1,234.50")
    assert (NL.money(-500), EN.money(-500)) == ("€\N{NO-BREAK SPACE}-5,00", "-€5.00")


@given(st.integers(0, 10**9))
def test_no_cent_is_lost_in_writing_an_amount(cents):
    assert int(re.sub(r"\D", "", NL.money(cents))) == cents == int(re.sub(r"\D", "", EN.money(cents)))


def test_times_are_those_of_amsterdam_in_summer_and_winter():
    winter, summer = datetime(2026, 1, 31, 23, 30, tzinfo=UTC), datetime(2026, 7, 1, 12, 5, tzinfo=UTC)
    assert NL.moment(winter) == "1\N{NO-BREAK SPACE}februari 2026 om 00.30 uur"
    assert EN.moment(summer) == "1\N{NO-BREAK SPACE}July 2026 at 14:05"


def test_a_kenmerk_is_written_as_it_is_read_aloud():
    assert NL.kenmerk("482710936577").split("\N{NO-BREAK SPACE}") == ["4827", "1093", "6577"]


def test_what_a_redirect_may_say_is_in_the_catalogue():
    assert all(NL(key) and EN(key) for key in NOTICES.values())


def test_the_page_without_javascript_looks_ten_times_and_then_leaves_it_to_a_link():
    waiting = Page(Tone.WAIT, Shows.STATUS, Finds.WAIT, "", waits=True)
    asked, seen = None, []
    while (refresh := refresh_of(waiting, asked)).after is not None:
        seen.append(refresh.after)
        asked = str(refresh.count)
    assert tuple(seen) == REFRESH_AFTER


@pytest.mark.parametrize(("asked", "after"), [("uit", None), ("-1", 2), ("٣", 2), ("9999", 2), ("x", 2), ("999", None)])
def test_nonsense_in_the_address_does_no_harm_to_the_refresh(asked, after):
    assert refresh_of(Page(Tone.WAIT, Shows.STATUS, Finds.WAIT, "", waits=True), asked).after == after


def test_long_sentences_stay_out_of_the_dutch_texts():
    sentences = [part for text in read_messages(Taal.NL).values() for part in re.split(r"[.?!:] ?", text)]
    assert max(len(part.split()) for part in sentences if "januari" not in part) <= 16
