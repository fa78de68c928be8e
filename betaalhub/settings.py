"""The settings of one process: read once from the environment, refused at start-up when missing, malformed or unknown.

Every setting is an environment variable `BETAALHUB_<NAME>`; a secret may also be given as `BETAALHUB_<NAME>_FILE`, the
path of a file that holds it. `FIELDS` is the one list: `deploy/env.example` is compared with it by a test.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from betaalhub.errors import ConfigurationError

PREFIX = "BETAALHUB_"
TEST_PREFIX = "BETAALHUB_TEST_"  # read by the tests only
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1", "[::1]"})


@dataclass(frozen=True, slots=True)
class Field:
    """One setting: its name without prefix, default (None: it must be given), how it is read and what it is for."""

    name: str
    default: str | None
    read: Callable[[str], Any]
    help: str
    secret: bool = False
    optional: bool = False  # may be empty, and is None then


def _text(value: str) -> str:
    return value


def _url(value: str) -> str:
    parts = urlsplit(value)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError("geef een adres dat begint met http:// of https://, zonder vraagteken of hekje")
    return value.rstrip("/")


def _flag(value: str) -> bool:
    if value.lower() not in ("ja", "nee"):
        raise ValueError("geef ja of nee")
    return value.lower() == "ja"


def _whole(low: int, high: int) -> Callable[[str], int]:
    def read(value: str) -> int:
        if not value.isascii() or not value.isdigit() or not low <= int(value) <= high:
            raise ValueError(f"geef een heel getal van {low} tot en met {high}")
        return int(value)

    return read


def _one_of(*words: str) -> Callable[[str], str]:
    def read(value: str) -> str:
        if value not in words:
            raise ValueError("geef een van: " + ", ".join(words))
        return value

    return read


def _several_of(*words: str) -> Callable[[str], tuple[str, ...]]:
    def read(value: str) -> tuple[str, ...]:
        chosen = [word.strip() for word in value.split(",")]
        if len(set(chosen)) != len(chosen) or not set(chosen) <= set(words):
            raise ValueError("geef een of meer van, met komma's ertussen: " + ", ".join(words))
        return tuple(word for word in words if word in chosen)

    return read


def _file(value: str) -> Path | None:
    """A path, or None for `geen`."""
    if value == "geen":
        return None
    if not Path(value).is_file():
        raise ValueError("dit bestand is er niet; geef een pad, of geen")
    return Path(value)


def _bind(value: str) -> str:
    host, _, port = value.rpartition(":")
    if not host or not port.isdigit() or not 1 <= int(port) <= 65535:
        raise ValueError("geef adres:poort, bijvoorbeeld 127.0.0.1:8080")
    return value


def _secret_key(value: str) -> str:
    if len(value) < 32:
        raise ValueError("geef ten minste 32 tekens; maak er een met: openssl rand -hex 32")
    return value


_PORT = _whole(1, 65535)

FIELDS: tuple[Field, ...] = (
    Field("DATABASE_URL", "sqlite:///var/betaalhub.sqlite3", _text, "Het register, als SQLAlchemy-adres", secret=True),
    Field("PUBLIC_URL", "http://127.0.0.1:8080", _url, "Het adres waarop burgers en systemen de hub bereiken"),
    Field("BIND", "127.0.0.1:8080", _bind, "Waar de hub luistert, als adres:poort"),
    Field(
        "TLS_PROXY",
        "nee",
        _flag,
        "ja: er staat een TLS-proxy voor; nodig om op een ander adres dan loopback te luisteren",
    ),
    Field(
        "CLIENT_CERTIFICATES",
        "nee",
        _flag,
        "ja: de TLS-proxy controleert clientcertificaten en geeft ze door; vraagt om BETAALHUB_PROXY_SECRET",
    ),
    Field(
        "PROXY_SECRET",
        "",
        _secret_key,
        "Geheim dat de TLS-proxy met een clientcertificaat meestuurt, in de header X-Betaalhub-Proxy",
        secret=True,
        optional=True,
    ),
    Field(
        "USERNAMETOKEN",
        "nee",
        _flag,
        "ja: een aansluiting mag zich bewijzen met een UsernameToken; vraagt om BETAALHUB_USERNAMETOKEN_KEY",
    ),
    Field(
        "USERNAMETOKEN_KEY",
        "",
        _secret_key,
        "Sleutel waarmee de geheimen van UsernameTokens in het register versleuteld zijn",
        secret=True,
        optional=True,
    ),
    Field("SECRET_KEY", None, _secret_key, "Sleutel waarmee formulieren en tokens getekend worden", secret=True),
    Field("PROCESSES", "2", _whole(1, 64), "Aantal processen van de hub"),
    Field("THREADS", "4", _whole(1, 64), "Aantal draden per proces van de hub"),
    Field("SOAP_MAX_BYTES", "1048576", _whole(1024, 16_777_216), "Grootste SOAP-bericht in bytes"),
    Field(
        "SOAP_PER_MINUTE",
        "1200",
        _whole(0, 1_000_000),
        "Hoogste aantal SOAP-berichten per aansluiting, per minuut en per proces; 0 is geen grens",
    ),
    Field(
        "SOAP_ENDPOINTS",
        "vrij",
        _several_of("vrij", "2w-be", "2w-be-s"),
        "Welke SOAP-adressen er zijn: vrij (/soap/v1), 2w-be (/soap/v1/2w-be), 2w-be-s (/soap/v1/2w-be-s)",
    ),
    Field(
        "SOAP_KEY_PEM",
        "geen",
        _file,
        "Bestand met de sleutel waarmee antwoorden worden ondertekend (PEM, zonder wachtwoord)",
    ),
    Field("SOAP_CERTIFICATE_PEM", "geen", _file, "Bestand met het certificaat dat bij die sleutel hoort (PEM)"),
    Field(
        "SOAP_TLS_ELSEWHERE",
        "nee",
        _flag,
        "ja: op 2w-be-s volstaat de handtekening, omdat de ESB het certificaat van de verbinding al heeft gecontroleerd",
    ),
    Field("MAX_CENTS", "5000000", _whole(1, 99_999_999), "Hoogste totaal van een winkelmandje in centen"),
    Field(
        "KLANT_SAMEN",
        "nee",
        _flag,
        "ja: een betaalopdracht komt in het open winkelmandje met hetzelfde KlantKenmerk; nee: alleen met een meebetaaltoken",
    ),
    Field("ATTEMPT_MINUTES", "20", _whole(5, 1440), "Hoe lang een betaling bij de PSP open blijft, in minuten"),
    Field("CONTACT_TELEFOON", "14 + uw netnummer", _text, "Telefoonnummer onder aan elke pagina van het betaalportaal"),
    Field("PSP_ACCOUNT", "psp", _text, "Code van het PSP-account in het register"),
    Field("PSP_KOPPELING", "docdata", _text, "Welke PSP-koppeling"),
    Field("PSP_URL", "http://127.0.0.1:8091/ps/services/paymentservice/1_3", _url, "SOAP-adres van de PSP"),
    Field("PSP_MENU_URL", "http://127.0.0.1:8091/ps/menu", _url, "Betaalpagina van de PSP"),
    Field("PSP_MERCHANT", "gemeente_demo", _text, "Naam van de gemeente bij de PSP"),
    Field("PSP_PASSWORD", None, _text, "Wachtwoord bij de PSP", secret=True),
    Field("PSP_PROFILE", "standard", _text, "Betaalprofiel bij de PSP"),
    Field("PSP_PRODUCTIE", "nee", _flag, "ja: dit is een productieaccount; simulatoren weigeren dan te starten"),
    Field("ERP_KOPPELING", "grootboek", _text, "Welke koppeling met het financiële systeem"),
    Field("ERP_URL", "http://127.0.0.1:8092/soap/grootboek", _url, "SOAP-adres van het financiële systeem"),
    Field("ERP_USER", "betaalhub", _text, "Gebruiker bij het financiële systeem"),
    Field("ERP_PASSWORD", None, _text, "Wachtwoord bij het financiële systeem", secret=True),
    Field("PRODUCTSYSTEEM_USER", "betaalhub", _text, "Gebruiker waarmee statusberichten worden gebracht"),
    Field("PRODUCTSYSTEEM_PASSWORD", None, _text, "Wachtwoord waarmee statusberichten worden gebracht", secret=True),
    Field("NEIGHBOUR_TIMEOUT", "30", _whole(1, 120), "Hoogste duur van een aanroep van een buurman, in seconden"),
    Field("WORKER_POLL_MS", "500", _whole(20, 60_000), "Hoe vaak de worker naar werk kijkt, in milliseconden"),
    Field("WORKER_LEASE", "300", _whole(2, 3600), "Hoe lang een worker een taak mag houden, in seconden"),
    Field("WORKER_CONCURRENCY", "4", _whole(1, 64), "Aantal taken tegelijk in een worker"),
    Field("LOG_LEVEL", "INFO", _one_of("DEBUG", "INFO", "WARNING", "ERROR"), "Hoeveel er in het logboek komt"),
    Field("LOG_FORMAT", "json", _one_of("json", "tekst"), "Vorm van het logboek"),
    Field("SIMULATOR_HOST", "127.0.0.1", _text, "Waar de simulatoren luisteren"),
    Field("SIMULATOR_PSP_PORT", "8091", _PORT, "Poort van de PSP-simulator"),
    Field("SIMULATOR_ERP_PORT", "8092", _PORT, "Poort van de simulator van het financiële systeem"),
    Field("SIMULATOR_PRODUCTSYSTEEM_PORT", "8093", _PORT, "Poort van de simulator van het productsysteem"),
    Field("SIMULATOR_STATE_DIR", "var/simulatoren", _text, "Map waarin de simulatoren hun gegevens bewaren"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The values, typed; made only by `from_env`. Times in the unit that the name of the setting tells."""

    database_url: str
    public_url: str
    bind: str
    tls_proxy: bool
    client_certificates: bool
    proxy_secret: str | None
    usernametoken: bool
    usernametoken_key: str | None
    secret_key: str
    processes: int
    threads: int
    soap_max_bytes: int
    soap_per_minute: int
    soap_endpoints: tuple[str, ...]
    soap_key_pem: Path | None
    soap_certificate_pem: Path | None
    soap_tls_elsewhere: bool
    max_cents: int
    klant_samen: bool
    attempt_minutes: int
    contact_telefoon: str
    psp_account: str
    psp_koppeling: str
    psp_url: str
    psp_menu_url: str
    psp_merchant: str
    psp_password: str
    psp_profile: str
    psp_productie: bool
    erp_koppeling: str
    erp_url: str
    erp_user: str
    erp_password: str
    productsysteem_user: str
    productsysteem_password: str
    neighbour_timeout: int
    worker_poll_ms: int
    worker_lease: int
    worker_concurrency: int
    log_level: str
    log_format: str
    simulator_host: str
    simulator_psp_port: int
    simulator_erp_port: int
    simulator_productsysteem_port: int
    simulator_state_dir: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read every setting; raises ConfigurationError that names each wrong one and how to mend it."""
        env = os.environ if environ is None else environ
        problems = _unknown(env)
        values: dict[str, Any] = {}
        for field in FIELDS:
            try:
                raw = _raw(field, env)
                values[field.name.lower()] = field.read(raw) if raw or not field.optional else None
            except ValueError as error:
                problems.append(f"{PREFIX}{field.name}: {error}")
        if not problems:
            problems = _together(values)
        if problems:
            raise ConfigurationError("Instellingen kloppen niet:\n  " + "\n  ".join(problems))
        return cls(**values)

    def __repr__(self) -> str:
        return "Settings(…)"  # secrets never reach a log by accident


def _raw(field: Field, env: Mapping[str, str]) -> str:
    direct, path = env.get(PREFIX + field.name), env.get(f"{PREFIX}{field.name}_FILE") if field.secret else None
    if direct is not None and path is not None:
        raise ValueError(f"geef {PREFIX}{field.name} of {PREFIX}{field.name}_FILE, niet allebei")
    if path is not None:
        try:
            direct = Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise ValueError(f"bestand uit {PREFIX}{field.name}_FILE is niet te lezen ({error.strerror})") from None
    value = field.default if direct is None else direct
    if not value and not field.optional:
        raise ValueError("ontbreekt; " + field.help)
    return value or ""


def _unknown(env: Mapping[str, str]) -> list[str]:
    known = {PREFIX + field.name for field in FIELDS} | {f"{PREFIX}{f.name}_FILE" for f in FIELDS if f.secret}
    ours = sorted(name for name in env if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX))
    return [f"{name}: deze instelling bestaat niet; zie deploy/env.example" for name in ours if name not in known]


def _together(values: Mapping[str, Any]) -> list[str]:
    """Rules over more than one setting."""
    problems = []
    host = values["bind"].rpartition(":")[0]
    if host not in LOOPBACK and not values["tls_proxy"]:
        problems.append(
            f"{PREFIX}BIND: de hub luistert alleen op loopback (127.0.0.1), behalve achter een TLS-proxy; "
            f"zet dan {PREFIX}TLS_PROXY=ja"
        )
    if values["client_certificates"] and not (values["proxy_secret"] and values["tls_proxy"]):
        problems.append(
            f"{PREFIX}CLIENT_CERTIFICATES: een certificaat komt alleen van een TLS-proxy die zich bewijst; "
            f"zet {PREFIX}TLS_PROXY=ja en geef {PREFIX}PROXY_SECRET (maak er een met: openssl rand -hex 32)"
        )
    if values["usernametoken"] and not values["usernametoken_key"]:
        problems.append(
            f"{PREFIX}USERNAMETOKEN: geef ook {PREFIX}USERNAMETOKEN_KEY (maak er een met: openssl rand -hex 32)"
        )
    if values["worker_lease"] < 3 * values["neighbour_timeout"] + 1:
        problems.append(
            f"{PREFIX}WORKER_LEASE: moet meer zijn dan drie keer {PREFIX}NEIGHBOUR_TIMEOUT, "
            "anders neemt een ander een taak over die nog loopt"
        )
    if (values["soap_key_pem"] is None) != (values["soap_certificate_pem"] is None):
        problems.append(f"{PREFIX}SOAP_KEY_PEM en {PREFIX}SOAP_CERTIFICATE_PEM: geef ze allebei, of geen van beide")
    elif values["soap_key_pem"] is None and "2w-be-s" in values["soap_endpoints"]:
        problems.append(
            f"{PREFIX}SOAP_ENDPOINTS: op 2w-be-s wordt elk antwoord ondertekend; "
            f"geef {PREFIX}SOAP_KEY_PEM en {PREFIX}SOAP_CERTIFICATE_PEM"
        )
    return problems
