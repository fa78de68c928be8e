"""Every page in every state, language and theme, as a browser shows it: for axe, for whoever sees little, for the eye."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import scenes_fouten, scenes_mandje, scenes_stand
from tests.browser.kijker import NARROW, WIDE, Kijker, kijkt
from tests.browser.seen import facts, layout, untold, violations
from tests.browser.toneel import SCENES, Scene, Thema, serves
from tests.journeys.stad import Stad

TALEN = ("nl", "en")
PARTS = (scenes_mandje, scenes_stand, scenes_fouten)  # each puts its scenes on the list when it is imported


@pytest.mark.parametrize("name", SCENES)
def test_a_page_in_every_language_and_theme(
    browser: Browser, stad: Stad, all_themas: list[Thema], screens: Path | None, name: str
) -> None:
    scene, wrong, looks = SCENES[name], [], 0
    path = scene.bring(stad)
    for thema in all_themas:
        serves(stad, thema)
        for taal in TALEN:
            path = scene.bring(stad) if scene.anew and looks else path
            looks += 1
            with kijkt(browser, stad.near.address) as kijker:
                scene.open(kijker, path.format(taal=taal))
                found = looked(kijker, scene, taal)
                wrong += [f"{thema.name} {taal}: {one}" for one in found]
                if screens:
                    pictures(kijker, screens / f"{name}-{taal}-{thema.name}")
    assert not wrong, "\n".join(wrong)


def looked(kijker: Kijker, scene: Scene, taal: str) -> list[str]:
    """What is wrong with this page, wide and narrow."""
    wrong = [f"status {one}" for one in [kijker.status()] if one != scene.status]
    seen = facts(kijker)
    wrong += [f"lang {seen['lang']}"] * (seen["lang"] != taal)
    wrong += [f"headings {seen['h1']}"] * (len(seen["h1"]) != 1)
    wrong += [f"untold {one}" for one in untold(seen["text"] + seen["title"])]
    for size in (WIDE, NARROW):
        kijker.looks_at(size)
        wrong += [f"{size[0]} px: {one}" for one in (*layout(kijker), *violations(kijker.page))]
    return wrong


def pictures(kijker: Kijker, path: Path) -> None:
    """The page at 320 and at 1280 px, whole."""
    for size in (NARROW, WIDE):
        kijker.looks_at(size)
        kijker.page.screenshot(path=f"{path}-{size[0]}.png", full_page=True)
