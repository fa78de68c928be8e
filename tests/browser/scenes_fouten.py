"""The scenes in which something is wrong."""

from __future__ import annotations

import dataclasses

from betaalhub.storage.database import make_engine, make_sessions
from tests.browser.kijker import Kijker
from tests.browser.toneel import Opens, offers, path_of, scene
from tests.journeys.stad import Stad


def sends(sleutel: str) -> Opens:
    """A form that we did not make, or that is far too large."""

    def send(kijker: Kijker, path: str) -> None:
        kijker.opens(path)
        kijker.measures(
            "value => document.querySelectorAll('input[name=sleutel]').forEach(field => field.value = value)", sleutel
        )
        kijker.chooses()
        with kijker.page.expect_navigation():
            kijker.page.locator("form[action$='/betalen'] button[type=submit]").click()

    return send


@scene("fout-400", 400, status=400, open=sends("zelf gemaakt"))
def forged(stad: Stad) -> str:
    return path_of(offers(stad))


@scene("fout-413", 413, status=413, open=sends("x" * 70_000))
def too_large(stad: Stad) -> str:
    return path_of(offers(stad))


@scene("fout-404", 404, status=404)
def unknown(stad: Stad) -> str:
    return "/{taal}/winkelmandje/" + "a" * 43


@scene("fout-404-elders", 404, status=404)
def nowhere(stad: Stad) -> str:
    return "/{taal}/bestaat-niet"


def astray(kijker: Kijker, path: str) -> None:
    """Send a form to a page that takes none."""
    kijker.opens(path)
    kijker.chooses()
    form = "form[action$='/betalen']"
    kijker.page.eval_on_selector(form, "form => form.action = form.action.replace('/betalen', '/status')")
    with kijker.page.expect_navigation():
        kijker.page.locator(form.replace("betalen", "status")).locator("button[type=submit]").click()


@scene("fout-405", 405, status=405, open=astray)
def wrong_way(stad: Stad) -> str:
    return path_of(offers(stad))


@scene("fout-500", 500, status=500)
def broken(stad: Stad) -> str:
    opdracht = offers(stad)
    stad.moves_to(dataclasses.replace(stad.hub, clock=None))  # type: ignore[arg-type]
    return path_of(opdracht)


@scene("fout-503", 503, status=503)
def away(stad: Stad) -> str:
    """The register is not there."""
    opdracht = offers(stad)
    empty = make_sessions(make_engine(f"{stad.env['BETAALHUB_DATABASE_URL']}.away"))
    stad.moves_to(dataclasses.replace(stad.hub, sessions=empty))
    return path_of(opdracht)
