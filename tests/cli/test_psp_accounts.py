"""Several PSP accounts in one catalogue: which products go where, and everything that does not fit told to the administrator."""

from __future__ import annotations

import pytest

from betaalhub.storage.tables import (
    AdministratieRow,
    BetaalmethodeRow,
    ProductgroepRow,
    ProductRow,
    PspAccountRow,
)
from gemeentelijke_koppelingen.simulatoren import RunningSimulators
from tests.builders import CATALOGUS
from tests.cli.administrator import Administrator
from tests.cli.test_init import rows, saved

DEMO = CATALOGUS.read_text(encoding="utf-8")
METHODE = """
[[psp_account.betaalmethode]]
code = "IDEAL"
naam_nl = "iDEAL | Wero"
naam_en = "iDEAL | Wero"
uitleg_nl = "Uw eigen bank"
uitleg_en = "Your own bank"
"""
SECOND = f"""
[[psp_account]]
code = "parkeren"
koppeling = "docdata"
tussenrekening = "1311"
productie = false
poging_minuten = 10
{METHODE}
"""
TWO = DEMO.replace("[psp_account]\n", "[[psp_account]]\n", 1) + SECOND


def with_product(text: str, values: str) -> str:
    """The catalogue with this at the product PARKEREN."""
    return text.replace('code = "PARKEREN"\n', f'code = "PARKEREN"\n{values}\n', 1)


def test_two_accounts_are_loaded_with_their_methods_and_minutes(newcomer: Administrator) -> None:
    newcomer.types("init", "--catalogus", saved(newcomer, with_product(TWO, 'psp_account = "parkeren"')))
    accounts = {row.code: row for row in rows(newcomer, PspAccountRow)}
    assert {code: (row.tussenrekening, row.poging_minuten) for code, row in accounts.items()} == {
        "psp": ("1310", None),
        "parkeren": ("1311", 10),
    }
    assert [row.psp_account for row in rows(newcomer, ProductRow) if row.code == "PARKEREN"] == ["parkeren"]
    found = {(row.psp_account_id, row.code, row.logo) for row in rows(newcomer, BetaalmethodeRow)}
    assert (accounts["psp"].id, "CREDITCARD", "kaart") in found and (accounts["parkeren"].id, "IDEAL", None) in found


def test_the_form_with_one_account_stays_good(administrator: Administrator) -> None:
    assert "[psp_account]\n" in DEMO
    assert [row.actief for row in rows(administrator, PspAccountRow)] == [True]


def test_the_rest_of_what_is_inherited_is_kept_and_taken_away_again(newcomer: Administrator) -> None:
    full = DEMO.replace(
        'dienst = "Stadsbeheer"\n',
        'dienst = "Stadsbeheer"\npsp_account = "psp"\npoging_minuten = 30\nvier_ogen_cent = 10000\n',
    ).replace('btw_rekening = "1590"', 'btw_rekening = "1590"\nverschil_rekening = "8990"\nvier_ogen_cent = 5000')
    newcomer.types("init", "--catalogus", saved(newcomer, with_product(full, "vier_ogen_cent = 0")))
    (administratie,) = rows(newcomer, AdministratieRow)
    (groep,) = (row for row in rows(newcomer, ProductgroepRow) if row.code == "BUITENRUIMTE")
    (product,) = (row for row in rows(newcomer, ProductRow) if row.code == "PARKEREN")
    assert (administratie.verschil_rekening, administratie.vier_ogen_cent) == ("8990", 5000)
    assert (groep.psp_account, groep.poging_minuten, groep.vier_ogen_cent) == ("psp", 30, 10_000)
    assert product.vier_ogen_cent == 0
    newcomer.types("init", "--catalogus", saved(newcomer, DEMO))
    (groep,) = (row for row in rows(newcomer, ProductgroepRow) if row.code == "BUITENRUIMTE")
    assert (groep.psp_account, groep.poging_minuten, groep.vier_ogen_cent) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        (
            with_product(TWO, 'psp_account = "parkeer"'),
            "[[product]] PARKEREN: psp_account parkeer is er niet; kies uit: parkeren, psp",
        ),
        (
            TWO.replace('dienst = "Stadsbeheer"\n', 'dienst = "Stadsbeheer"\npsp_account = "x"\n'),
            "[[productgroep]] BUITENRUIMTE: psp_account x is er niet; kies uit: parkeren, psp",
        ),
        (
            TWO.replace("poging_minuten = 10", "poging_minuten = 4"),
            "[[psp_account]] parkeren: poging_minuten moet een heel aantal minuten zijn, van 5 tot en met 1440",
        ),
        (
            with_product(DEMO, 'poging_minuten = "10"'),
            "[[product]] PARKEREN: poging_minuten moet een heel aantal minuten",
        ),
        (with_product(DEMO, "vier_ogen_cent = -1"), "[[product]] PARKEREN: vier_ogen_cent moet een heel aantal centen"),
        (DEMO.replace('logo = "bank"', 'logo = "Bank.png"'), "betaalmethode IDEAL: logo moet een naam zijn"),
        (TWO.replace(SECOND, SECOND.replace('"parkeren"', '"psp"')), "[[psp_account]] psp staat er 2 keer in"),
        (TWO.replace(METHODE, ""), "[[psp_account]] parkeren: betaalmethode ontbreekt"),
        (DEMO[: DEMO.index("[psp_account]")] + DEMO[DEMO.index("[[productgroep]]") :], "[[psp_account]] ontbreekt"),
    ],
)
def test_what_does_not_fit_is_told_with_its_place(newcomer: Administrator, text: str, heard: str) -> None:
    said = newcomer.types("init", "--catalogus", saved(newcomer, text), code=2)
    assert heard in said
    assert rows(newcomer, PspAccountRow) == []


def test_an_account_of_another_administratie_is_not_taken_over(administrator: Administrator) -> None:
    own = DEMO.replace('"demostad"', '"dorpsveld"')
    said = administrator.types("init", "--catalogus", saved(administrator, own), code=2)
    assert "[[psp_account]] psp is al van een andere administratie; kies een andere code" in said


@pytest.mark.parametrize(
    ("text", "heard"),
    [
        (TWO, "PSP-account parkeren staat niet in de instellingen; geef ze, of zet het uit met actief = false"),
        (
            with_product(TWO.replace("poging_minuten = 10", "actief = false"), 'psp_account = "parkeren"'),
            "product PARKEREN wijst naar PSP-account parkeren, en daar kan niemand betalen",
        ),
        (
            DEMO.replace('logo = "bank"', "actief = false").replace('logo = "kaart"', "actief = false"),
            "PSP-account psp heeft geen enkele betaalmethode die aan staat",
        ),
    ],
)
def test_check_tells_where_nobody_can_pay(
    administrator: Administrator, neighbours: RunningSimulators, text: str, heard: str
) -> None:
    administrator.types("init", "--catalogus", saved(administrator, text))
    connected = administrator.with_env(BETAALHUB_PSP_URL=neighbours.psp_url, BETAALHUB_ERP_URL=neighbours.erp_url)
    said = connected.types("check", code=1)
    assert "Catalogus           FOUT: " in said and heard in said


def test_check_is_content_with_an_account_that_is_switched_off(
    administrator: Administrator, neighbours: RunningSimulators
) -> None:
    off = TWO.replace("poging_minuten = 10", "actief = false")
    administrator.types("init", "--catalogus", saved(administrator, off))
    connected = administrator.with_env(BETAALHUB_PSP_URL=neighbours.psp_url, BETAALHUB_ERP_URL=neighbours.erp_url)
    assert "Catalogus           goed" in connected.types("check")
