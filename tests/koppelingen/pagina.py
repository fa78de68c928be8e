"""Pages without JavaScript as a browser reads them: the buttons, and where each leads."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import parse_qsl, urljoin, urlsplit

import requests


class Forms(HTMLParser):
    """The forms of a page: the words on each button → where it goes and what it sends."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: dict[str, tuple[str, dict[str, str]]] = {}
        self._action, self._fields, self._words = "", {}, ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._action, self._fields = values["action"], {}
        if tag == "input":
            self._fields[values["name"]] = values["value"]
        self._words = ""

    def handle_data(self, data: str) -> None:
        self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "button":
            self.found[self._words.strip()] = (self._action, dict(self._fields))


def click(page: requests.Response, button: str) -> requests.Response:
    """What the server answers to a button of a page; a redirect is not followed."""
    action, fields = Forms(page.text).found[button]
    return requests.post(urljoin(page.url, action), data=fields, allow_redirects=False, timeout=10)


def click_through(page: requests.Response, button: str) -> tuple[str, dict[str, str]]:
    """The path and the query of the address that a button leads to."""
    parts = urlsplit(click(page, button).headers["Location"])
    return parts.path, dict(parse_qsl(parts.query))
