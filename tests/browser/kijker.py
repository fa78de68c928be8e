"""A citizen at a real browser, and everything that her browser would complain about."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:  # only who starts a browser needs Playwright
    from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

SECONDS = 15_000  # milliseconds in which anything on a page must have happened
NARROW, WIDE = (320, 640), (1280, 900)


@dataclass
class Kijker:
    """A browser window. `troubles`: what went wrong in it that nobody would see: CSP, scripts, strangers, cookies."""

    context: BrowserContext
    page: Page
    ours: str
    troubles: list[str] = field(default_factory=list)
    asked: list[Request] = field(default_factory=list)
    answered: list[Response] = field(default_factory=list)

    def opens(self, address: str) -> int:
        """Open an address; the status of the answer."""
        answer = self.page.goto(address if "://" in address else self.ours + address)
        return answer.status if answer else 0

    def reads(self) -> str:
        """The heading of the page."""
        return self.page.locator("h1").first.inner_text()

    def presses(self, name: str) -> None:
        """Press the button or follow the link with (in its name) these words."""
        found = self.page.get_by_role("button", name=name).or_(self.page.get_by_role("link", name=name))
        found.first.click()

    def chooses(self, methode: str = "iDEAL") -> None:
        """Choose a way to pay."""
        self.page.get_by_role("radio", name=methode).check()

    def looks_at(self, size: tuple[int, int]) -> None:
        """The window gets this size."""
        self.page.set_viewport_size({"width": size[0], "height": size[1]})

    def posts(self) -> list[str]:
        """The paths to which forms were sent."""
        return [urlsplit(request.url).path for request in self.asked if request.method == "POST"]

    def measures(self, script: str, *values: Any) -> Any:
        """What a script of the test sees on the page; works in a browser without JavaScript too."""
        return self.page.evaluate(script, *values)

    def status(self) -> int:
        """The status with which the page that she sees was answered."""
        pages = [one for one in self.answered if one.request.resource_type == "document"]
        return pages[-1].status if pages else 0

    def source(self) -> str:
        """The page that she sees, as the server sent it; as the browser has it where no server did."""
        pages = [one for one in self.answered if one.request.resource_type == "document"]
        return pages[-1].text() if pages else self.page.content()

    @property
    def is_ours(self) -> bool:
        """Is she at a page of the hub?"""
        return self.page.url.startswith(self.ours)

    def without(self, part: str) -> list[str]:
        """The troubles, but for those that the test caused itself: with this in them."""
        return [trouble for trouble in self.troubles if part not in trouble]

    def _watch(self) -> None:
        self.context.on("console", self._console)
        self.context.on("weberror", lambda error: self.troubles.append(f"script: {error.error}"))
        self.context.on("request", self._request)
        self.context.on("response", self._response)

    def _console(self, message: ConsoleMessage) -> None:
        # A page that is itself an error page is told as "Failed to load resource", at its own address.
        own_status = "the server responded with a status of" in message.text and message.location["url"] == (
            message.page.url if message.page else ""
        )
        if message.type in ("error", "warning") and not own_status:
            self.troubles.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        self.asked.append(request)
        if "/csp-melding" in request.url:
            self.troubles.append(f"CSP report: {request.post_data}")
        page = request.frame.page.url if request.resource_type != "document" else ""
        if page.startswith(self.ours) and not request.url.startswith((self.ours, "data:")):
            self.troubles.append(f"third party: {request.url}")

    def _response(self, response: Response) -> None:
        self.answered.append(response)
        if response.url.startswith(self.ours) and "set-cookie" in response.headers:
            self.troubles.append(f"cookie from {response.url}")


@contextmanager
def kijkt(browser: Browser, ours: str, **how: Any) -> Iterator[Kijker]:
    """A citizen at a fresh browser; `how` are Playwright's options of a context. Fails when her browser complained."""
    options = {"viewport": {"width": WIDE[0], "height": WIDE[1]}, "locale": "nl-NL", **how}
    context = browser.new_context(**options)
    context.set_default_timeout(SECONDS)
    kijker = Kijker(context, context.new_page(), ours)
    kijker._watch()
    try:
        yield kijker
        kijker.troubles += [f"cookie {one['name']}" for one in context.cookies() if _host(ours) == one["domain"]]
        assert not kijker.troubles, kijker.troubles
    finally:
        context.close()


def _host(address: str) -> str | None:
    return urlsplit(address).hostname
