"""What can be seen of a page by measuring: what axe finds, and what axe does not see but an eye would."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from tests.browser.kijker import Kijker

if TYPE_CHECKING:
    from playwright.sync_api import Page

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]

# Text that lies over other text, sticks out of its box or out of the window, headings that grow downwards, text that is tiny.
_LAYOUT = """
() => {
  const found = [], root = document.documentElement, seen = [];
  const name = node => (node.nodeValue || "").trim().slice(0, 40);
  if (root.scrollWidth > root.clientWidth + 1) {
    const wide = [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > root.clientWidth + 1);
    found.push(`wider than the window: ${root.scrollWidth} > ${root.clientWidth} (${wide.slice(0, 3).map(e => e.tagName + "." + e.className)})`);
  }
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; node = walker.nextNode();) {
    if (!name(node) || ["SCRIPT", "STYLE", "NOSCRIPT"].includes(node.parentElement.tagName)) continue;
    const style = getComputedStyle(node.parentElement), range = document.createRange();
    if (!node.parentElement.checkVisibility({opacityProperty: true, visibilityProperty: true})) continue;
    range.selectNodeContents(node);
    const rects = [...range.getClientRects()].filter(r => r.width > 1 && r.height > 1);
    if (!rects.length || rects[0].bottom < 0) continue;
    if (parseFloat(style.fontSize) < 14) found.push(`tiny: ${style.fontSize} ${name(node)}`);
    for (const rect of rects) {
      for (const other of seen) {
        const x = Math.min(rect.right, other.rect.right) - Math.max(rect.left, other.rect.left);
        const y = Math.min(rect.bottom, other.rect.bottom) - Math.max(rect.top, other.rect.top);
        if (x > 2 && y > Math.min(rect.height, other.rect.height) / 2) found.push(`overlap: "${name(node)}" over "${other.name}"`);
      }
      for (let box = node.parentElement; box && box !== document.body; box = box.parentElement) {
        const around = box.getBoundingClientRect(), clips = getComputedStyle(box).overflow !== "visible";
        if (clips && (rect.right > around.right + 2 || rect.bottom > around.bottom + 2)) found.push(`cut off: ${name(node)}`);
      }
    }
    rects.forEach(rect => seen.push({rect, name: name(node)}));
  }
  const size = tag => Math.max(0, ...[...document.querySelectorAll(tag)].map(e => parseFloat(getComputedStyle(e).fontSize)));
  if (size("h2") > size("h1") || size("h3") > (size("h2") || size("h1"))) found.push(`headings grow: ${["h1", "h2", "h3"].map(size)}`);
  return found;
}
"""
_FACTS = """
() => ({
  lang: document.documentElement.lang,
  title: document.title,
  h1: [...document.querySelectorAll("h1")].map(e => e.innerText.trim()),
  text: document.body.innerText,
  all: document.documentElement.textContent + [...document.querySelectorAll("[data-busy], [aria-label]")].map(
    e => ` ${e.dataset.busy || ""} ${e.getAttribute("aria-label") || ""} `),
})
"""


def violations(page: Page, *, whole: bool = True) -> list[str]:
    """What axe finds against WCAG 2.2 A and AA: rule, what it is about, where. Of a `whole` page best practice is asked too; a
    mail stands within the page of a mail program."""
    tags = [*TAGS, "best-practice"] if whole else TAGS
    options = {"runOnly": {"type": "tag", "values": tags}, "resultTypes": ["violations"]}
    results = _axe().run(page, options=options).response
    return [
        f"{one['id']}: {one['help']}: {node['target']} {node.get('failureSummary', '')[:300]}"
        for one in results["violations"]
        for node in one["nodes"]
    ]


@cache
def _axe() -> Any:
    from axe_playwright_python.sync_playwright import Axe

    return Axe()


def layout(kijker: Kijker) -> list[str]:
    """What an eye would not like of how the page lies in its window."""
    return list(dict.fromkeys(kijker.measures(_LAYOUT)))


def facts(kijker: Kijker) -> Mapping[str, Any]:
    """Language, title, headings and text of the page."""
    found: Mapping[str, Any] = kijker.measures(_FACTS)
    return found


_UNTOLD = re.compile(
    r"%\(|\{\{|\bNone\b|undefined|Undefined|\bNaN\b|\b[A-Z]+_[A-Z_]+\b|\b(?:add|cart|err|find|go|mail|method|receipt|status)\.[a-z]"
)


def untold(text: str) -> list[str]:
    """Names of texts and of values that were never meant for a citizen."""
    return _UNTOLD.findall(text)
