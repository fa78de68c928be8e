"""The browser of a whole run and the towns that it looks at; everything is skipped unless `make browser` asked for it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.chromium import FLAGS, find
from tests.browser.kijker import Kijker, kijkt
from tests.browser.toneel import Thema, themas
from tests.journeys.conftest import near, new_stad, stad  # the same towns as those of the journeys

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["near", "new_stad", "stad"]

ASKED = "BETAALHUB_TEST_BROWSER"  # set by `make browser`: without it no test here starts a browser
THEMES = "BETAALHUB_TEST_THEMES"  # a folder of themes to look at besides ours
SCREENS = "BETAALHUB_TEST_SCREENS"  # where pictures go; none are made without


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium that runs as long as the tests do."""
    if not os.environ.get(ASKED):
        pytest.skip("a real browser takes minutes: make browser")
    from playwright.sync_api import sync_playwright  # in the extra `browser`

    found = find()
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=found.path, args=list(FLAGS), env={**os.environ, **found.env}, headless=True
        )
        yield chromium
        chromium.close()


@pytest.fixture
def kijker(browser: Browser, near: Any) -> Iterator[Kijker]:
    """A citizen at a fresh browser, before the town of this test."""
    with kijkt(browser, near.address) as found:
        yield found


@pytest.fixture(scope="session")
def all_themas() -> list[Thema]:
    """The themes of this run."""
    folder = os.environ.get(THEMES)
    return themas(Path(folder) if folder else None)


@pytest.fixture(scope="session")
def screens() -> Path | None:
    """Where the pictures of this run go."""
    folder = os.environ.get(SCREENS)
    if not folder:
        return None
    Path(folder).mkdir(parents=True, exist_ok=True)
    return Path(folder).resolve()
