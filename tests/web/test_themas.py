"""A municipality has its own look, name, phone number and words; on one installation there are several, and none speaks for another."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from betaalhub.errors import ConfigurationError
from betaalhub.web.application import make_web
from betaalhub.web.texts import Taal, load_texts
from betaalhub.web.themas.themas import Themas, load_themas
from tests.structure.house import TOP
from tests.web.gemeente import EVENEMENT, Gemeente, page_of
from tests.web.themas import CSS, SAID, write_texts, write_thema

STAD, DORP, VREEMD = "betalen.stad.example", "betalen.dorp.example", "kwaad.example"


def asked_at(host: str, page: str, gemeente: Gemeente, themas: Themas) -> str:
    """What a browser reads that asks for this page at this host."""
    answer = Client(make_web(gemeente.hub, telefoon="14 010", themas=themas)).get(page, headers={"Host": host})
    assert answer.status_code == 200
    return answer.text


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder = tmp_path / "themas"
    folder.mkdir()
    return folder


def test_without_themas_the_pages_are_neutral_and_load_no_style_sheet_of_a_thema(gemeente: Gemeente) -> None:
    text = gemeente.get("/nl/hulp").text
    assert 'class="betaalhub-thema"' in text and "/static/thema/" not in text and "14 010" in text


def test_a_page_has_the_name_phone_hours_and_links_of_its_municipality(gemeente: Gemeente, home: Path) -> None:
    write_thema(home)
    for taal, hours in (("nl", "op werkdagen van 9 tot 5"), ("en", "on working days from 9 to 5")):
        text = asked_at(STAD, f"/{taal}/hulp", gemeente, load_themas(home, "betaalhub"))
        assert all(one in text for one in ('class="stad-thema"', "Gemeente Stad", "14 0999", hours))
        assert 'href="https://www.stad.example" rel="noreferrer"' in text
    assert "https://www.stad.example/privacy" in asked_at(STAD, "/nl/privacy", gemeente, load_themas(home, "betaalhub"))
    assert "https://www.stad.example/toegankelijk" in asked_at(
        STAD, "/en/toegankelijkheid", gemeente, load_themas(home, "betaalhub")
    )


def test_help_stands_at_the_same_place_on_every_page(gemeente: Gemeente) -> None:
    page = page_of(gemeente.offers(EVENEMENT))
    footers = {re.sub(r"\s+", " ", gemeente.get(one).text.split("<footer")[1]) for one in (page, "/nl/hulp", "/nl/weg")}
    assert len(footers) == 1


def test_the_host_chooses_the_thema_and_an_unknown_host_gets_the_standard_one(gemeente: Gemeente, home: Path) -> None:
    write_thema(home)
    write_thema(home, "dorp", organisatie="Gemeente Dorp", hosts=[DORP])
    themas = load_themas(home, "dorp")
    for host, name in (
        (STAD, "Stad"),
        (f"{STAD.upper()}.:443", "Stad"),
        (DORP, "Dorp"),
        (VREEMD, "Dorp"),
        ("", "Dorp"),
    ):
        text = asked_at(host, "/nl/hulp", gemeente, themas)
        assert f"Gemeente {name}" in text and VREEMD not in text


@pytest.mark.parametrize(
    "host", ["x/../../y", "[::1", "betalen.stad.example@kwaad.example", "é", "a b", "%00", "*" * 5000]
)
def test_a_malformed_host_is_an_unknown_host(home: Path, host: str) -> None:
    write_thema(home)
    assert load_themas(home, "betaalhub").choose(host=host).naam == "betaalhub"


def test_a_winkelmandje_has_the_thema_of_its_own_administratie_whatever_the_host(
    gemeente: Gemeente, home: Path
) -> None:
    page = page_of(gemeente.offers(EVENEMENT))
    write_thema(home, administratie="demostad", hosts=[])
    write_thema(home, "dorp", organisatie="Gemeente Dorp", hosts=[DORP], administratie="ELDERS")
    assert 'class="stad-thema"' in asked_at(DORP, page, gemeente, load_themas(home, "betaalhub"))


def test_a_winkelmandje_of_another_opens_under_its_own_name_and_without_the_logo(
    gemeente: Gemeente, home: Path
) -> None:
    """Money first: it can be paid at the wrong host, but nobody's name stands above it that is not its own."""
    page = page_of(gemeente.offers(EVENEMENT))
    folder = write_thema(
        home, "dorp", organisatie="Gemeente Dorp", hosts=[DORP], administratie="ELDERS", telefoon="14 0111"
    )
    (folder / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
    text = asked_at(DORP, page, gemeente, load_themas(home, "dorp"))
    assert (
        "Gemeente Demostad" in text
        and "Gemeente Dorp<" not in text
        and "14 0111" not in text
        and '<img src="/static/thema' not in text
    )
    assert "Betaal €" in text


def test_own_words_take_the_place_of_ours_and_the_rest_falls_through(gemeente: Gemeente, home: Path) -> None:
    write_texts(write_thema(home), "nl", cart__title="Je winkelmandje")
    page, themas = page_of(gemeente.offers(EVENEMENT)), load_themas(home, "betaalhub")
    text = asked_at(STAD, page, gemeente, themas)
    assert "<h1>Je winkelmandje</h1>" in text and "Hoe wilt u betalen?" in text
    assert "<h1>Uw winkelmandje</h1>" in asked_at(DORP, page, gemeente, themas)
    assert "<h1>Your shopping cart</h1>" in asked_at(STAD, page.replace("/nl/", "/en/"), gemeente, themas)
    assert load_texts()[Taal.NL]("cart.title") == "Uw winkelmandje"


def test_the_link_to_the_catalogue_is_of_the_municipality(gemeente: Gemeente, home: Path) -> None:
    write_thema(home, links={**SAID["links"], "producten": "https://www.stad.example/producten"})
    page = page_of(gemeente.offers(EVENEMENT))
    assert "https://www.stad.example/producten?meebetaaltoken=" in asked_at(
        STAD, page, gemeente, load_themas(home, "betaalhub")
    )


class TestFiles:
    """The style sheet, the logo and the fonts: a closed table."""

    @pytest.fixture
    def browser(self, gemeente: Gemeente, home: Path) -> Client:
        folder = write_thema(
            home, css='@charset "UTF-8";\n@font-face { src: url(fonts/stad.woff2) }' + CSS, fix=".stad-thema {--x: 1}"
        )
        (folder / "fonts").mkdir()
        (folder / "fonts" / "stad.woff2").write_bytes(b"wOF2 font")
        (folder / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>")
        return Client(make_web(gemeente.hub, themas=load_themas(home, "stad")))

    def address(self, browser: Client, name: str) -> str:
        (found,) = re.findall(rf'"(/static/thema/stad/[0-9a-f]{{10}}/){name}"', browser.get("/nl/hulp").text)
        return str(found)

    def test_browsers_keep_them_for_a_year_for_the_address_changes_with_any_of_them(self, browser: Client) -> None:
        base = self.address(browser, "thema.css")
        for name, kind in (
            ("thema.css", "text/css"),
            ("logo.svg", "image/svg+xml"),
            ("fonts/stad.woff2", "font/woff2"),
        ):
            answer = browser.get(base + name)
            assert (answer.status_code, answer.mimetype) == (200, kind)
            assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
        assert "immutable" not in str(
            browser.get("/static/thema/stad/0123456789/thema.css").headers.get("Cache-Control")
        )

    def test_the_corrections_stand_behind_what_they_correct(self, browser: Client) -> None:
        css = browser.get(self.address(browser, "thema.css") + "thema.css").text
        assert css.index("--bh-accent") < css.index("--x: 1") and "@charset" not in css

    def test_it_is_sent_compressed_to_who_takes_that(self, browser: Client) -> None:
        answer = browser.get(self.address(browser, "thema.css") + "thema.css", headers={"Accept-Encoding": "gzip"})
        assert answer.headers["Content-Encoding"] == "gzip" and answer.headers["Vary"] == "Accept-Encoding"

    @pytest.mark.parametrize(
        "name",
        ["theme.json", "LICENTIE.md", "theme.css", "../theme.json", "..%2ftheme.json", "fonts/../theme.json", "fonts/", "/etc/passwd",
         "thema.css/", "fonts//stad.woff2", "teksten/nl.po"],
    )  # fmt: skip
    def test_nothing_else_is_served(self, browser: Client, name: str) -> None:
        assert browser.get(self.address(browser, "thema.css") + name).status_code == 404

    @pytest.mark.parametrize("naam", ["betaalhub", "dorp", "..", "%2e%2e", ""])
    def test_no_other_thema_has_files(self, browser: Client, naam: str) -> None:
        assert browser.get(f"/static/thema/{naam}/0123456789/thema.css").status_code == 404


LINKS = SAID["links"]
WRONG: list[tuple[dict[str, Any], str]] = [
    ({"telefoon": None}, "telefoon: ontbreekt"),
    ({"kleur": "rood"}, "kleur: kent Betaalhub niet"),
    ({"class": "Stad Thema"}, "class: geef een naam"),
    ({"organisatie": ""}, "organisatie: geef een tekst"),
    ({"organisatie": "Stad\nKwaad"}, "organisatie: geef een tekst van één regel"),
    ({"telefoon": 14010}, "telefoon: geef een tekst"),
    ({"openingstijden": {"nl": "altijd"}}, "openingstijden.en: ontbreekt"),
    ({"openingstijden": "altijd"}, "openingstijden: geef een object"),
    ({"links": {**LINKS, "site": "http://www.stad.example"}}, "links.site: geef een adres dat begint met https://"),
    ({"links": {**LINKS, "site": "javascript:alert(1)"}}, "links.site"),
    ({"links": {**LINKS, "site": "https://"}}, "links.site"),
    ({"links": {**LINKS, "site": "https://a@b.example"}}, "links.site"),
    ({"links": {**LINKS, "site": "https://a.example/ b"}}, "links.site"),
    ({"links": {**LINKS, "site": "https://[a"}}, "links.site"),
    ({"links": {**LINKS, "twitter": "https://x.example"}}, "links.twitter: kent Betaalhub niet"),
    ({"hosts": "betalen.stad.example"}, "hosts: geef een lijst"),
    ({"hosts": ["https://betalen.stad.example"]}, "hosts: 'https://betalen.stad.example' is geen naam"),
    ({"hosts": ["Betalen.stad.example"]}, "is geen naam van een server"),
    ({"hosts": [STAD, STAD]}, "hosts: betalen.stad.example staat er twee keer"),
    ({"adres": "Postbus 1"}, "adres: geef een lijst"),
]


@pytest.mark.parametrize(("changes", "told"), WRONG, ids=[told for _, told in WRONG])
def test_what_is_wrong_in_the_description_stops_the_start_with_file_and_key(
    home: Path, changes: dict[str, Any], told: str
) -> None:
    folder = write_thema(home, **changes)
    with pytest.raises(ConfigurationError, match=re.escape(f"{folder}/theme.json: ")) as caught:
        load_themas(home, "betaalhub")
    assert told in str(caught.value)


def test_all_that_is_wrong_is_told_at_once(home: Path) -> None:
    write_thema(home, telefoon=None, hosts=["?"])
    write_texts(write_thema(home, "dorp", hosts=[DORP], kleur="rood"), "nl")
    with pytest.raises(ConfigurationError) as caught:
        load_themas(home, "betaalhub")
    assert all(one in str(caught.value) for one in ("telefoon: ontbreekt", "hosts: '?'", "kleur: kent"))


@pytest.mark.parametrize(
    ("css", "told"),
    [
        ("@import 'https://elders.example/x.css';", "@import mag niet"),
        (".a { background: url(https://elders.example/x.png) }", "is geen bestand van dit thema"),
        (".a { background: url('fonts/weg.woff2') }", "is geen bestand van dit thema"),
        ("@media print { .a { background: url( \"../../geheim\" ) } }", "is geen bestand van dit thema"),
        (".a { --x: url(//elders.example/x) }", "is geen bestand van dit thema"),
        (".a { color: red", ""),
        ("} .a {}", "geen goede CSS"),
    ],
)  # fmt: skip
def test_a_style_sheet_fetches_nothing_from_elsewhere(home: Path, css: str, told: str) -> None:
    write_thema(home, css=CSS + css)
    if not told:  # what is open at the end, CSS itself closes
        load_themas(home, "betaalhub")
        return
    with pytest.raises(ConfigurationError, match=told):
        load_themas(home, "betaalhub")


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        ({"cart__titel": "Mandje"}, "cart.titel: deze tekst kent Betaalhub niet"),
        ({"cart__title": ""}, "cart.title: is leeg"),
        ({"months": "jan feb mrt"}, "months: geef 12 maanden"),
        ({"footer__help__phone": "Bel ons."}, "footer.help.phone: gebruik dezelfde plaatsen als onze tekst: %(phone)s"),
        ({"cart__title": "Mandje %(naam)s"}, "cart.title: gebruik dezelfde plaatsen als onze tekst: geen enkele"),
        ({"footer__help__phone": "100% hulp: %(phone)s"}, "footer.help.phone: schrijf een procentteken als %%"),
        ({"status__text__pending": "Je hebt niets betaald van %(amount)s."}, "status.text.pending: zegt dat er niets betaald is"),
    ],
)  # fmt: skip
def test_a_text_that_can_not_be_used_stops_the_start(home: Path, texts: dict[str, str], told: str) -> None:
    path = write_texts(write_thema(home), "nl", **texts)
    with pytest.raises(ConfigurationError, match=re.escape(f"{path}: {told}")):
        load_themas(home, "betaalhub")


@pytest.mark.parametrize("key", ["hosts", "administratie"])
def test_two_themas_do_not_share_a_host_or_an_administratie(home: Path, key: str) -> None:
    write_thema(home, administratie="STAD")
    write_thema(home, "dorp", **{"hosts": [DORP], "administratie": "DORP", key: [STAD] if key == "hosts" else "STAD"})
    with pytest.raises(ConfigurationError, match=rf"stad/theme.json: {key}: .* staat ook in dorp/theme.json"):
        load_themas(home, "betaalhub")


@pytest.mark.parametrize("missing", ["theme.json", "theme.css"])
def test_a_file_that_is_not_there_is_named(home: Path, missing: str) -> None:
    folder = write_thema(home)
    (folder / missing).unlink()
    with pytest.raises(ConfigurationError, match=f"{folder}/{missing}: is niet te lezen"):
        load_themas(home, "betaalhub")


@pytest.mark.parametrize("naam", ["Stad", "betaalhub", "stad van ons", "0stad"])
def test_the_name_of_a_folder_fits_an_address(home: Path, naam: str) -> None:
    write_thema(home, naam)
    with pytest.raises(ConfigurationError, match="noem de map van een thema met kleine letters"):
        load_themas(home, "betaalhub")


def test_a_standard_that_is_not_there_is_told_with_what_is(home: Path) -> None:
    write_thema(home)
    with pytest.raises(ConfigurationError, match="BETAALHUB_THEME: er is geen thema dorp; kies uit: betaalhub, stad"):
        load_themas(home, "dorp")


def test_the_example_is_a_whole_thema(gemeente: Gemeente) -> None:
    themas = load_themas(TOP / "deploy" / "themes", "voorbeeld")
    text = asked_at(VREEMD, page_of(gemeente.offers(EVENEMENT)), gemeente, themas)
    assert "Bel ons Klantcontactcentrum: " in text and ">14 0123<" in text and 'alt="Gemeente Voorbeeld"' in text
