"""Every page in every state, language and theme, as a browser shows it: for axe, for whoever sees little, for the eye."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import requests
from sqlalchemy import delete

from betaalhub.hub import Hub
from betaalhub.storage.tables import LimietRow
from betaalhub.web.portal.pages import NOTICES
from betaalhub.web.texts import Taal, read_messages
from tests.browser.difficulties import large_letters, spaced_text, zoomed_in
from tests.browser.index import pattern, plain
from tests.browser.kijker import NARROW, WIDE, Kijker, kijkt
from tests.browser.scenes import SCENES
from tests.browser.seen import facts, layout, untold, violations
from tests.browser.toneel import Scene, Thema, serves
from tests.journeys.stad import Stad

if TYPE_CHECKING:
    from playwright.sync_api import Browser

TALEN = ("nl", "en")


@pytest.mark.parametrize("name", SCENES)
def test_a_page_in_every_language_and_theme(
    browser: Browser, stad: Stad, all_themas: list[Thema], screens: Path | None, name: str
) -> None:
    scene, wrong, looks, hub = SCENES[name], [], 0, stad.hub
    path = scene.bring(stad)
    assert not scene.states or stands(stad, path) in scene.states | {""}
    for thema in all_themas:
        serves(stad, thema)
        if scene.status != 429:
            forgets_misses(hub)
        for taal in TALEN:
            path = scene.bring(stad) if scene.anew and looks else path
            looks += 1
            with kijkt(browser, stad.near.address) as kijker:
                scene.open(kijker, path.format(taal=taal))
                found = looked(kijker, scene, taal)
                found += said(kijker, scene, taal) if thema is all_themas[0] else []
                wrong += [f"{thema.name} {taal}: {one}" for one in found]
                if screens:
                    pictures(kijker, screens, f"{name}-{taal}", thema)
    stad.moves_to(hub)  # some scenes put a broken one in its place
    assert not wrong, "\n".join(wrong)


def forgets_misses(hub: Hub) -> None:
    """Every look at a page that tells of a miss is one; five of them from one address are the limit."""
    with hub.sessions.begin() as session:
        session.execute(delete(LimietRow))


def stands(stad: Stad, path: str) -> str:
    """The page state of the winkelmandje at this path, as the hub tells the page that waits; empty when there is none."""
    found = re.match(r"/\{taal\}/winkelmandje/[\w-]+", path)
    if not found:
        return ""
    answer = requests.get(f"{stad.near.address}{found[0].format(taal='nl')}/stand", timeout=10)
    return str(answer.json()["paginastatus"]) if answer.ok else ""


def looked(kijker: Kijker, scene: Scene, taal: str) -> list[str]:
    """What is wrong with this page, wide and narrow."""
    wrong = [f"status {one}" for one in [kijker.status()] if one != scene.status]
    seen = facts(kijker)
    wrong += [f"lang {seen['lang']}"] * (seen["lang"] != taal)
    wrong += [f"headings {seen['h1']}"] * (len(seen["h1"]) != 1)
    wrong += [f"untold {one}" for one in untold(seen["text"] + seen["title"])]
    for size in (WIDE, NARROW):
        kijker.looks_at(size)
        found = layout(kijker)
        if size == WIDE or taal == TALEN[0]:  # narrow, a language only makes words longer, which the layout tells
            found += violations(kijker.page, whole=scene.status > 0)
        wrong += [f"{size[0]} px: {one}" for one in found]
    return wrong


def said(kijker: Kijker, scene: Scene, taal: str) -> list[str]:
    """Texts that the scene is there to show, and that do not stand on its page: a scene that shows nothing proves nothing."""
    texts, read = read_messages(Taal(taal)), plain(facts(kijker)["all"])
    keys = [NOTICES.get(one, one) for one in scene.shows if isinstance(one, str)]
    return [f"not said: {key}" for key in keys if key in texts and not pattern(texts[key]).search(read)]


def read_with_difficulty(kijker: Kijker) -> list[str]:
    """What is wrong when she zooms in to 400 %, has her letters twice as large, or more space between them (WCAG 1.4)."""
    wrong = []
    for name, how in (("400 %", zoomed_in), ("letters of 200 %", large_letters), ("spaced text", spaced_text)):
        with how(kijker):
            wrong += [f"{name}: {one}" for one in layout(kijker)]
    return wrong


def pictures(kijker: Kijker, folder: Path, name: str, thema: Thema) -> None:
    """The page at 320 and at 1280 px, whole, all that can be read on it, and what our server sent."""
    for size in (NARROW, WIDE):
        kijker.looks_at(size)
        kijker.page.screenshot(path=folder / f"{name}-{thema.name}-{size[0]}.png", full_page=True)
    read = facts(kijker)
    for kind, text in (("txt", f"{read['title']}\n{read['all']}"), ("html", kijker.source())):
        (folder / kind).mkdir(exist_ok=True)
        (folder / kind / f"{name}-{thema.name}.{kind}").write_text(text, encoding="utf-8")
