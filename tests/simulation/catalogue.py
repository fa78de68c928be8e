"""The catalogue of the town: two PSP accounts, productgroepen that are tied to one of them, and thresholds for four eyes."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

from tests.builders import demo_catalogus

PUSH = "http://127.0.0.1:9/push"
TERUG = "http://127.0.0.1:9/terug"
ACCOUNTS = {"psp": "1310", "psp2": "1311"}  # each with its tussenrekening
COUNTER = "1320"
SET_ASIDE = "2990"
DIFFERENCES = "8990"
CHANGES = ("mended", "prices", "keys", "accounts", "thresholds", "routes", "minutes")


def catalogus(change: str = "mended", *, ended: date = date(2026, 1, 1)) -> dict[str, Any]:
    """The town's catalogue, whole or with one change. `ended`: the last day of the booking keys when they end."""
    data = demo_catalogus(terug=TERUG, push=PUSH)
    first = data["psp_account"]
    second = {**copy.deepcopy(first), "code": "psp2", "tussenrekening": ACCOUNTS["psp2"]}
    data["psp_account"] = [first, second]
    data["administratie"] |= {"verschil_rekening": DIFFERENCES, "vier_ogen_cent": 20_000}
    groepen = {groep["code"]: groep for groep in data["productgroep"]}
    groepen["VERGUNNINGEN"]["psp_account"] = "psp"
    groepen["BURGERZAKEN"] |= {"psp_account": "psp2", "vier_ogen_cent": 1_000}
    groepen["BUITENRUIMTE"]["vier_ogen_cent"] = 100_000
    match change:
        case "prices":
            for product in data["product"]:
                if "prijs_cent" in product:
                    product["prijs_cent"] += 100
        case "keys":
            for groep in groepen.values():
                groep["boekingsleutel"]["geldig_tot"] = ended
        case "accounts":
            for groep in groepen.values():
                groep["boekingsleutel"]["grootboekrekening"] = "8999"
        case "thresholds":
            for groep in groepen.values():
                groep["vier_ogen_cent"] = 0
        case "routes":
            groepen["VERGUNNINGEN"]["psp_account"] = "psp2"
            groepen["BUITENRUIMTE"]["psp_account"] = "psp2"
        case "minutes":
            groepen["BUITENRUIMTE"]["poging_minuten"] = 5
    return data
