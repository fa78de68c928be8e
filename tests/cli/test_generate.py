"""An administrator fills a register to try things with."""

from __future__ import annotations

from tests.cli.administrator import Administrator


def test_a_register_is_filled_and_filled_up(administrator: Administrator) -> None:
    told = administrator.types("generate", "40", "--maanden", "3")
    assert "betaald" in told
    assert told.splitlines()[-1].endswith("nu 40 in het register.")
    assert "nu 50 in het register." in administrator.types("generate", "50", "--tot")
    assert "er komt niets bij" in administrator.types("generate", "50", "--tot")


def test_nothing_is_invented_beside_production(administrator: Administrator) -> None:
    production = administrator.with_env(BETAALHUB_PSP_PRODUCTIE="ja", BETAALHUB_PUBLIC_URL="https://betalen.example")
    assert "wordt niets verzonnen" in production.types("generate", "1", code=2)


def test_on_oracle_nothing_is_invented_and_nobody_has_to_wait_to_hear_it(newcomer: Administrator) -> None:
    oracle = newcomer.with_env(BETAALHUB_DATABASE_URL="oracle+oracledb://hub@127.0.0.1:1/?service_name=HUB")
    assert oracle.types("generate", "1", code=2).startswith("Fout: Op Oracle wordt niet gegenereerd")


def test_an_empty_register_is_told_what_to_do_first(newcomer: Administrator) -> None:
    assert "betaalhub migrate" in newcomer.types("generate", "1", code=2)
