"""A citizen who pays over HTTP, and is patient: a page that does not come is asked for again, a button is not pressed blindly twice."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable
from urllib.parse import urljoin

import requests

from betaalhub.demo.journey import Browser
from betaalhub.errors import BetaalhubError
from tests.journeys.burger import METHODEN
from tests.nodes.measures import Measures, how_of, step_of
from tests.nodes.town import Addresses

_PATIENCE = 150.0  # seconds
_PAUSE = (0.3, 0.8)  # seconds between two looks
PAID = frozenset({"paid", "double", "refunded", "part_refunded", "taken_back"})


class GaveUp(Exception):
    """She looked for minutes, and no page came."""


class Burger:
    """She has the BetaalUrl. `attempt` is the number of the betaling for which she was last at the PSP; `saw` is every heading that she read at the hub, in order, each once in a row."""

    def __init__(self, url: str, at: Addresses, measures: Measures, rng: random.Random) -> None:
        self.url = url
        self.saw: list[str] = []
        self.attempt = 1
        self._at, self._measures, self._rng = at, measures, rng
        self._session = measures.session(at.certificate)
        self._browser = Browser(self._session)
        self._until = time.monotonic() + _PATIENCE

    def goes_to_psp(self, methode: str = "IDEAL", *, tabs: int = 1) -> bool:
        """Open the winkelmandje and press the button until she is at the PSP; False when there is nothing left to pay."""
        while self._patient():
            if not self._try(lambda: self._browser.open(self.url)):
                self._pause()
                continue
            page = self._browser.page
            if link := re.search(r'href="([^"]*/ps/menu[^"]*)"', page):
                self._try(lambda found=link: self._browser.open(found[1].replace("&amp;", "&")))  # type: ignore[misc]
            elif 'name="sleutel"' in page and "/betalen" in page:
                self._press(methode, tabs)
            elif self.stand() in PAID | {"gone"}:
                return False
            if found := re.search(r"/ps/.*%2Fterug%2F(\d+)", self._browser.url):
                self.attempt = int(found[1])
                return True
            self._pause()
        raise GaveUp(self.url)

    def _press(self, methode: str, tabs: int) -> None:
        form = self._browser.form("/betalen")
        for _ in range(tabs - 1):  # the same form, sent twice in a row: she was impatient after all
            self._try(lambda: Browser(self._session).submit(form, methode=methode))
        self._try(lambda: self._browser.submit(form, methode=methode))

    def at_psp(self, uitkomst: str, methode: str = "IDEAL") -> None:
        """What she does on the PSP's page. What becomes of her way back is another matter: see `looks`."""
        if "/ps/kies" in self._browser.page:
            self._try(lambda: self._browser.submit(self._browser.form("/kies"), methode=METHODEN[methode]))
        if "/ps/afronden" in self._browser.page:
            self._try(lambda: self._browser.submit(self._browser.form("/afronden"), uitkomst=uitkomst))

    def waits_for(self, *wanted: str, seconds: float = 60.0) -> str:
        """Look at how it stands until it is one of these, or time is up; what it is then."""
        until = time.monotonic() + seconds
        looks = 0
        while (stand := self.stand()) not in wanted and time.monotonic() < until:
            looks += 1
            self._pause()
            if looks % 5 == 0:
                self._looks_again()
        return stand

    def _looks_again(self) -> None:
        """Open her page, and press "Kijk opnieuw" on it: the hub asks the PSP then."""
        self._try(lambda: self._browser.open(self.url))
        if link := re.search(r'href="([^"]*/terug/\d+)"', self._browser.page):
            self._try(lambda: self._browser.open(urljoin(self._browser.url, link[1])))

    def stand(self) -> str:
        """How the page that waits says it stands, as the register knows it now; asked until it is answered."""
        while self._patient():
            answers: list[str] = []

            def ask(found: list[str] = answers) -> None:
                response = self._session.get(f"{self.url}/stand", timeout=30)
                if response.status_code != 200:
                    raise BetaalhubError(f"stand geeft {response.status_code}")
                found.append(response.json()["paginastatus"])

            if self._try(ask):
                return answers[0]
            self._pause()
        raise GaveUp(self.url)

    def reads_page(self) -> str:
        """The heading of the page that her address shows now."""
        while self._patient() and not self._try(lambda: self._browser.open(self.url)):
            self._pause()
        return self._browser.title

    @property
    def meebetaaltoken(self) -> str:
        """The token in the links "verder winkelen"."""
        found = re.search(r"meebetaaltoken=([\w%-]+)", self._browser.page)
        return found[1] if found else ""

    @property
    def _is_at_psp(self) -> bool:
        return "/ps/" in self._browser.url

    def _patient(self) -> bool:
        return time.monotonic() < self._until

    def _pause(self) -> None:
        time.sleep(self._rng.uniform(*_PAUSE))

    def _try(self, step: Callable[[], object]) -> bool:
        """Do it; False when no answer came, or an error page."""
        try:
            step()
        except requests.RequestException as error:
            asked = error.request.url if error.request is not None and error.request.url else self.url
            self._measures.failed(step_of(asked), how_of(error))
            return False
        except BetaalhubError:  # an error page: counted where it came in
            return False
        if not self._is_at_psp and (title := self._browser.title) and self.saw[-1:] != [title]:
            self.saw.append(title)
        return True
