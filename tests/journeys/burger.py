"""A citizen with a browser without JavaScript, at the pages of the hub and of the PSP."""

from __future__ import annotations

import re

from betaalhub.demo.journey import Browser

METHODEN = {"IDEAL": "IDEAL", "CREDITCARD": "MASTERCARD"}  # ours → the button in the PSP's menu


class Burger:
    """She opens the BetaalUrl of a betaalopdracht."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.browser = Browser()
        self.opens()

    def opens(self) -> str:
        """The page of the winkelmandje, or the status page when it is being paid."""
        return self.browser.open(self.url)

    def presses_pay(self, methode: str = "IDEAL") -> Burger:
        """Choose a method and press the button; she ends at the PSP when all is well."""
        self.browser.submit(self.browser.form("/betalen"), methode=methode)
        return self

    def at_psp(self, uitkomst: str = "approve", methode: str = "IDEAL") -> Burger:
        """What she does on the PSP's page; she comes back unless the outcome says otherwise."""
        if "/ps/kies" in self.browser.page:
            self.browser.submit(self.browser.form("/kies"), methode=METHODEN[methode])
        self.browser.submit(self.browser.form("/afronden"), uitkomst=uitkomst)
        return self

    def pays(self, uitkomst: str = "approve", methode: str = "IDEAL") -> Burger:
        """The whole way: choose, press, do, come back."""
        return self.presses_pay(methode).at_psp(uitkomst, methode)

    def returns(self, attempt: int = 1) -> str:
        """She comes back from the PSP after all, for the n-th betaling."""
        return self.browser.open(f"{self.url}/terug/{attempt}")

    def adds(self, kenmerk: str, bedrag: str) -> str:
        """Put another betaalopdracht into the winkelmandje, by kenmerk and amount in euros."""
        return self.browser.submit(self.browser.form("/toevoegen"), kenmerk=kenmerk, bedrag=bedrag)

    def removes(self, betaalkenmerk: str) -> str:
        """Take a betaalopdracht out of the winkelmandje."""
        return self.browser.submit(self.browser.form("/verwijderen"), betaalkenmerk=betaalkenmerk)

    @property
    def reads(self) -> str:
        """The heading of the page that she sees."""
        found = re.search(r"<h1[^>]*>(.*?)</h1>", self.browser.page, re.S)
        return found[1].strip() if found else ""

    @property
    def is_at_psp(self) -> bool:
        """Is she on a page of the PSP?"""
        return "/ps/" in self.browser.url

    @property
    def meebetaaltoken(self) -> str:
        """The token in the links "verder winkelen"."""
        found = re.search(r"meebetaaltoken=([\w%-]+)", self.browser.page)
        return found[1] if found else ""
