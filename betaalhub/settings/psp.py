"""The settings of PSP accounts: one by BETAALHUB_PSP_…, and more, each with the same settings, by BETAALHUB_PSP2_… to PSP9."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from betaalhub.settings.readers import Field, account_code, flag, text, url

FIRST = "PSP_"
NUMBERS = range(2, 10)

PSP_FIELDS: tuple[Field, ...] = (
    Field("ACCOUNT", "psp", account_code, "Code van het PSP-account in het register"),
    Field("KOPPELING", "docdata", text, "Welke PSP-koppeling: docdata of worldline"),
    Field("URL", "http://127.0.0.1:8091/ps/services/paymentservice/1_3", url, "Adres van de PSP"),
    Field("MENU_URL", "http://127.0.0.1:8091/ps/menu", url, "Betaalpagina van de PSP (alleen docdata)"),
    Field("MERCHANT", "gemeente_demo", text, "Naam van de gemeente bij de PSP (worldline: de PSPID)"),
    Field("KEY_ID", "", text, "API-sleutel bij de PSP (alleen worldline)", optional=True),
    Field("PASSWORD", None, text, "Wachtwoord bij de PSP (worldline: het geheim van de API-sleutel)", secret=True),
    Field("WEBHOOK_KEY_ID", "", text, "Sleutel waarmee de PSP meldingen ondertekent (alleen worldline)", optional=True),
    Field("WEBHOOK_SECRET", "", text, "Geheim van die sleutel (alleen worldline)", secret=True, optional=True),
    Field("PROFILE", "standard", text, "Betaalprofiel bij de PSP (worldline: de variant van de betaalpagina)"),
    Field("PRODUCTIE", "nee", flag, "ja: dit is een productieaccount; simulatoren weigeren dan te starten"),
)
PSP_FIELDS_FIRST = tuple(replace(one, name=FIRST + one.name) for one in PSP_FIELDS)
FIRST_NAMES = frozenset(one.name.lower() for one in PSP_FIELDS_FIRST)
_OPTIONAL = frozenset({"MENU_URL", "KEY_ID", "WEBHOOK_KEY_ID", "WEBHOOK_SECRET"})
# The defaults of the first account point at the simulator of the demo; of another one everything that tells where must be given.
_MORE = tuple(
    one if one.name in ("PROFILE", "PRODUCTIE") else replace(one, default=None, optional=one.name in _OPTIONAL)
    for one in PSP_FIELDS
)


@dataclass(frozen=True, slots=True)
class PspSettings:
    """One PSP account. `prefix` is how its settings begin, e.g. `BETAALHUB_PSP2_`."""

    prefix: str
    account: str
    koppeling: str
    url: str
    menu_url: str | None
    merchant: str
    key_id: str | None
    password: str = field(repr=False)
    webhook_key_id: str | None
    webhook_secret: str | None = field(repr=False)
    profile: str
    productie: bool


def first_psp(values: Mapping[str, Any], prefix: str) -> PspSettings:
    """The account of BETAALHUB_PSP_…, from the values of all settings."""
    own = {one.name.lower(): values[(FIRST + one.name).lower()] for one in PSP_FIELDS}
    return PspSettings(prefix + FIRST, **own)


def names_of_more(prefix: str) -> set[str]:
    """Every environment variable that a second account and further ones may have."""
    return {name for number in NUMBERS for one in _MORE for name in one.names(f"{prefix}PSP{number}_")}


def read_more(env: Mapping[str, str], prefix: str) -> tuple[list[PspSettings], list[str]]:
    """The second account and further ones that the environment holds, and what is wrong with their settings."""
    accounts, problems = [], []
    for number in NUMBERS:
        own = f"{prefix}PSP{number}_"
        if not any(name.startswith(own) for name in env):
            continue
        values: dict[str, Any] = {}
        for one in _MORE:
            try:
                values[one.name.lower()] = one.value(env, own)
            except ValueError as error:
                problems.append(f"{own}{one.name}: {error}")
        if len(values) == len(_MORE):
            accounts.append(PspSettings(own, **values))
    return accounts, problems


def twice_chosen(accounts: Iterable[PspSettings]) -> list[str]:
    """Accounts with a code that another one has."""
    seen: dict[str, str] = {}
    problems = []
    for one in accounts:
        if one.account in seen:
            problems.append(f"{one.prefix}ACCOUNT: {one.account} is ook de code van {seen[one.account]}ACCOUNT")
        seen.setdefault(one.account, one.prefix)
    return problems
