"""What the page of the winkelmandje shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from betaalhub.flows.mandje import MandjeStand
from betaalhub.web.portal.links import return_links, shop_links


@dataclass(frozen=True, slots=True)
class Problem:
    """What was wrong with a form: the id of the field and the key of the text."""

    field: str
    key: str


@dataclass(frozen=True, slots=True)
class AddForm:
    """What she typed to add another betaalopdracht, shown again as it was."""

    kenmerk: str = ""
    bedrag: str = ""


def winkelmandje_view(
    stand: MandjeStand, token: str, *, notice: str, problem: Problem | None, form: AddForm | None
) -> dict[str, Any]:
    """The values of winkelmandje.html; `notice` is the key of a text or empty."""
    return {
        "stand": stand,
        "token": token,
        "notice": "" if problem or stand.storing else notice,  # the outage is told in place of the form, once
        "problem": problem,
        "form": form or AddForm(),
        "add_open": form is not None,
        "removable": len(stand.opdrachten) > 1,
        "earliest": min((item.vervalt_op for item in stand.opdrachten), default=None),
        "shops": shop_links(stand),
        "stops": return_links(stand),
    }
