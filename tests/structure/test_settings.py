"""Every setting is documented where the person who installs looks, and nothing is documented that is not there."""

from __future__ import annotations

import re

from betaalhub.settings import FIELDS, PREFIX
from betaalhub.settings.psp import read_more
from tests.structure.house import TOP

ENV_EXAMPLE = (TOP / "deploy" / "env.example").read_text(encoding="utf-8")
_LINE = re.compile(rf"^#?\s?{PREFIX}([A-Z_]+)=(.*)$", re.MULTILINE)


def documented() -> dict[str, str]:
    return dict(_LINE.findall(ENV_EXAMPLE))


def test_every_setting_stands_in_env_example_and_no_other() -> None:
    assert documented().keys() == {field.name for field in FIELDS}


def test_env_example_shows_the_defaults_commented_out_and_asks_for_the_rest() -> None:
    shown = {
        f.name: f"# {PREFIX}{f.name}={f.default}" if f.default is not None else f"{PREFIX}{f.name}=" for f in FIELDS
    }
    wrong = [line for line in shown.values() if not re.search(rf"^{re.escape(line)}", ENV_EXAMPLE, re.MULTILINE)]
    assert not wrong


def test_env_example_tells_what_each_setting_is_for() -> None:
    silent = [field.name for field in FIELDS if field.help not in ENV_EXAMPLE]
    assert not silent


def test_env_example_holds_no_secret() -> None:
    given = documented()
    assert not [f.name for f in FIELDS if f.secret and f.default is None and given[f.name].strip()]


def test_env_example_names_what_a_second_psp_account_must_give() -> None:
    names, wrong = read_more({"BETAALHUB_PSP2_PROFILE": "x"}, PREFIX)
    asked = {one.split(":")[0].removeprefix("BETAALHUB_PSP2_") for one in wrong}
    (said,) = re.findall(r"Van zo'n account moeten (.*)$", ENV_EXAMPLE, re.MULTILINE)
    assert not names and asked == set(re.findall(r"[A-Z]+", said))
