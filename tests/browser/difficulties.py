"""How people look who see little: zoomed in, with large letters, with more space, or in colours of their own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from tests.browser.kijker import WIDE, Kijker

ZOOMED = (320, 256)  # a window of 1280 by 1024 at 400 %
# WCAG 1.4.12. A sheet made by a script stands outside the page, as an extension of the browser does; the CSP allows it.
_SPACED = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
    p { margin-block-end: 2em !important }`);
  document.adoptedStyleSheets = [sheet];
}"""
_PLAIN = "() => { document.adoptedStyleSheets = [] }"
_BODY = "parseFloat(getComputedStyle(document.querySelector('main p')).fontSize)"


@contextmanager
def zoomed_in(kijker: Kijker) -> Iterator[None]:
    """At 400 % (1.4.10)."""
    kijker.looks_at(ZOOMED)
    yield
    kijker.looks_at(WIDE)


@contextmanager
def large_letters(kijker: Kijker) -> Iterator[None]:
    """The letters of her browser are twice as large (1.4.4), in a window of half the width of a screen."""
    kijker.looks_at((640, 900))
    before = kijker.measures(_BODY)
    cdp = kijker.context.new_cdp_session(kijker.page)
    cdp.send("Page.setFontSizes", {"fontSizes": {"standard": 32, "fixed": 26}})
    kijker.page.wait_for_timeout(20)
    assert kijker.measures(_BODY) >= 2 * before - 0.5, "letters do not grow with those of the browser"
    yield
    cdp.send("Page.setFontSizes", {"fontSizes": {"standard": 16, "fixed": 13}})
    cdp.detach()
    kijker.looks_at(WIDE)


@contextmanager
def spaced_text(kijker: Kijker) -> Iterator[None]:
    """More space between lines, letters and words (1.4.12), on a telephone."""
    kijker.looks_at((320, 640))
    kijker.measures(_SPACED)
    yield
    kijker.measures(_PLAIN)
    kijker.looks_at(WIDE)
