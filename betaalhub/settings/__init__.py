"""The settings of one process: read once from the environment, refused at start-up when missing, malformed or unknown.

Every setting is an environment variable `BETAALHUB_<NAME>`; a secret may also be given as `BETAALHUB_<NAME>_FILE`, the
path of a file that holds it. `FIELDS` is the one list: `deploy/env.example` is compared with it by a test. A second PSP account
has the same settings as the first, with PSP2 in the place of PSP; so on to PSP9.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from betaalhub.errors import ConfigurationError
from betaalhub.settings.mail import MAIL_FIELDS, MAIL_NAMES, MailSettings, mail_of, wrong_mail
from betaalhub.settings.portaal import PORTAAL_FIELDS, wrong_portaal
from betaalhub.settings.psp import (
    FIRST_NAMES,
    PSP_FIELDS_FIRST,
    PspSettings,
    first_psp,
    names_of_more,
    read_more,
    twice_chosen,
)
from betaalhub.settings.readers import (
    LOOPBACK,
    Field,
    bind,
    file,
    flag,
    one_of,
    schema_name,
    secret_key,
    several_of,
    text,
    url,
    whole,
)

__all__ = ["FIELDS", "LOOPBACK", "PREFIX", "Field", "MailSettings", "PspSettings", "Settings"]
PREFIX = "BETAALHUB_"
TEST_PREFIX = "BETAALHUB_TEST_"  # read by the tests only


_PORT = whole(1, 65535)

FIELDS: tuple[Field, ...] = (
    Field("DATABASE_URL", "sqlite:///var/betaalhub.sqlite3", text, "Het register, als SQLAlchemy-adres", secret=True),
    Field(
        "DATABASE_POOL",
        "20",
        whole(2, 200),
        "Hoogste aantal verbindingen van een proces met het register (PostgreSQL en Oracle)",
    ),
    Field(
        "ORACLE_SCHEMA",
        "",
        schema_name,
        "Schema waarin de tabellen staan, als de databasegebruiker er niet de eigenaar van is",
        optional=True,
    ),
    Field("ORACLE_CONNECT_TIMEOUT", "10", whole(1, 300), "Hoogste duur van het verbinden met Oracle, in seconden"),
    Field(
        "ORACLE_CALL_TIMEOUT",
        "30",
        whole(0, 600),
        "Hoogste duur van een opdracht aan Oracle, in seconden; 0 is geen grens",
    ),
    Field("ORACLE_THICK", "nee", flag, "ja: oracledb werkt door de Oracle-client (Instant Client) heen"),
    Field("ORACLE_DRCP", "nee", flag, "ja: leen sessies uit de pool van de databaseserver (DRCP)"),
    Field("PUBLIC_URL", "http://127.0.0.1:8080", url, "Het adres waarop burgers en systemen de hub bereiken"),
    Field("BIND", "127.0.0.1:8080", bind, "Waar de hub luistert, als adres:poort"),
    Field(
        "TLS_PROXY",
        "nee",
        flag,
        "ja: er staat een TLS-proxy voor; nodig om op een ander adres dan loopback te luisteren",
    ),
    Field(
        "CLIENT_CERTIFICATES",
        "nee",
        flag,
        "ja: de TLS-proxy controleert clientcertificaten en geeft ze door; vraagt om BETAALHUB_PROXY_SECRET",
    ),
    Field(
        "PROXY_SECRET",
        "",
        secret_key,
        "Geheim dat de TLS-proxy met een clientcertificaat meestuurt, in de header X-Betaalhub-Proxy",
        secret=True,
        optional=True,
    ),
    Field(
        "USERNAMETOKEN",
        "nee",
        flag,
        "ja: een aansluiting mag zich bewijzen met een UsernameToken; vraagt om BETAALHUB_USERNAMETOKEN_KEY",
    ),
    Field(
        "USERNAMETOKEN_KEY",
        "",
        secret_key,
        "Sleutel waarmee de geheimen van UsernameTokens in het register versleuteld zijn",
        secret=True,
        optional=True,
    ),
    Field("SECRET_KEY", None, secret_key, "Sleutel waarmee formulieren en tokens getekend worden", secret=True),
    Field("PROCESSES", "2", whole(1, 64), "Aantal processen van de hub"),
    Field("THREADS", "4", whole(1, 64), "Aantal draden per proces van de hub"),
    Field(
        "HTTP_WORKER",
        "gthread",
        one_of("gthread", "snel"),
        "gthread: gunicorn leest alle verzoeken; snel: gewone verzoeken worden door Betaalhub zelf gelezen, de andere door gunicorn",
    ),
    Field("SOAP_MAX_BYTES", "1048576", whole(1024, 16_777_216), "Grootste SOAP-bericht in bytes"),
    Field(
        "SOAP_PER_MINUTE",
        "1200",
        whole(0, 1_000_000),
        "Hoogste aantal SOAP-berichten per aansluiting, per minuut en per proces; 0 is geen grens",
    ),
    Field(
        "SOAP_ENDPOINTS",
        "vrij",
        several_of("vrij", "2w-be", "2w-be-s"),
        "Welke SOAP-adressen er zijn: vrij (/soap/v1), 2w-be (/soap/v1/2w-be), 2w-be-s (/soap/v1/2w-be-s)",
    ),
    Field(
        "SOAP_KEY_PEM",
        "geen",
        file,
        "Bestand met de sleutel waarmee antwoorden worden ondertekend (PEM, zonder wachtwoord)",
    ),
    Field("SOAP_CERTIFICATE_PEM", "geen", file, "Bestand met het certificaat dat bij die sleutel hoort (PEM)"),
    Field(
        "SOAP_TLS_ELSEWHERE",
        "nee",
        flag,
        "ja: op 2w-be-s volstaat de handtekening, omdat de ESB het certificaat van de verbinding al heeft gecontroleerd",
    ),
    Field("MAX_CENTS", "5000000", whole(1, 99_999_999), "Hoogste totaal van een winkelmandje in centen"),
    Field(
        "KLANT_SAMEN",
        "nee",
        flag,
        "ja: een betaalopdracht komt in het open winkelmandje met hetzelfde KlantKenmerk; nee: alleen met een meebetaaltoken",
    ),
    Field("ATTEMPT_MINUTES", "20", whole(5, 1440), "Hoe lang een betaling bij de PSP open blijft, in minuten"),
    *PORTAAL_FIELDS,
    *PSP_FIELDS_FIRST,
    Field("ERP_KOPPELING", "grootboek", text, "Welke koppeling met het financiële systeem"),
    Field("ERP_URL", "http://127.0.0.1:8092/soap/grootboek", url, "SOAP-adres van het financiële systeem"),
    Field("ERP_USER", "betaalhub", text, "Gebruiker bij het financiële systeem"),
    Field("ERP_PASSWORD", None, text, "Wachtwoord bij het financiële systeem", secret=True),
    Field("PRODUCTSYSTEEM_USER", "betaalhub", text, "Gebruiker waarmee statusberichten worden gebracht"),
    Field("PRODUCTSYSTEEM_PASSWORD", None, text, "Wachtwoord waarmee statusberichten worden gebracht", secret=True),
    Field("NEIGHBOUR_TIMEOUT", "30", whole(1, 120), "Hoogste duur van een aanroep van een buurman, in seconden"),
    *MAIL_FIELDS,
    Field("WORKER_POLL_MS", "500", whole(20, 60_000), "Hoe vaak de worker naar werk kijkt, in milliseconden"),
    Field("WORKER_LEASE", "300", whole(2, 3600), "Hoe lang een worker een taak mag houden, in seconden"),
    Field("WORKER_CONCURRENCY", "4", whole(1, 64), "Aantal taken tegelijk in een worker"),
    Field("LOG_LEVEL", "INFO", one_of("DEBUG", "INFO", "WARNING", "ERROR"), "Hoeveel er in het logboek komt"),
    Field("LOG_FORMAT", "json", one_of("json", "tekst"), "Vorm van het logboek"),
    Field("SIMULATOR_HOST", "127.0.0.1", text, "Waar de simulatoren luisteren"),
    Field("SIMULATOR_PSP_PORT", "8091", _PORT, "Poort van de PSP-simulator"),
    Field("SIMULATOR_ERP_PORT", "8092", _PORT, "Poort van de simulator van het financiële systeem"),
    Field(
        "SIMULATOR_WORLDLINE_PORT",
        "8094",
        _PORT,
        "Poort van de simulator van Worldline; die start als een PSP-account koppeling worldline heeft",
    ),
    Field("SIMULATOR_PRODUCTSYSTEEM_PORT", "8093", _PORT, "Poort van de simulator van het productsysteem"),
    Field("SIMULATOR_POSTBUS_PORT", "8095", _PORT, "Poort van de pagina met de mails die de simulator aannam"),
    Field("SIMULATOR_SMTP_PORT", "8096", _PORT, "Poort waarop de simulator mails aanneemt"),
    Field("SIMULATOR_STATE_DIR", "var/simulatoren", text, "Map waarin de simulatoren hun gegevens bewaren"),
)


@dataclass(frozen=True, slots=True)
class Settings:
    """The values, typed; made only by `from_env`. Times in the unit that the name of the setting tells."""

    database_url: str
    database_pool: int
    oracle_schema: str | None
    oracle_connect_timeout: int
    oracle_call_timeout: int
    oracle_thick: bool
    oracle_drcp: bool
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
    http_worker: str
    soap_max_bytes: int
    soap_per_minute: int
    soap_endpoints: tuple[str, ...]
    soap_key_pem: Path | None
    soap_certificate_pem: Path | None
    soap_tls_elsewhere: bool
    max_cents: int
    klant_samen: bool
    attempt_minutes: int
    public_urls: Mapping[str, str] | None
    contact_telefoon: str | None
    themes: Path | None
    theme: str
    security_contact: str | None
    psps: tuple[PspSettings, ...]  # the first is the one of BETAALHUB_PSP_…
    erp_koppeling: str
    erp_url: str
    erp_user: str
    erp_password: str
    productsysteem_user: str
    productsysteem_password: str
    neighbour_timeout: int
    mail: MailSettings | None  # None: this installation sends no mails
    worker_poll_ms: int
    worker_lease: int
    worker_concurrency: int
    log_level: str
    log_format: str
    simulator_host: str
    simulator_psp_port: int
    simulator_erp_port: int
    simulator_worldline_port: int
    simulator_productsysteem_port: int
    simulator_postbus_port: int
    simulator_smtp_port: int
    simulator_state_dir: str

    @classmethod
    def from_env(cls, environ: Mapping[str, str] | None = None) -> Settings:
        """Read every setting; raises ConfigurationError that names each wrong one and how to mend it."""
        env = os.environ if environ is None else environ
        problems = _unknown(env)
        values: dict[str, Any] = {}
        for field in FIELDS:
            try:
                values[field.name.lower()] = field.value(env, PREFIX)
            except ValueError as error:
                problems.append(f"{PREFIX}{field.name}: {error}")
        more, wrong = read_more(env, PREFIX)
        problems += wrong
        if not problems:
            values["psps"] = (first_psp(values, PREFIX), *more)
            values["mail"] = mail_of(values)
            problems = _together(values)
        if problems:
            raise ConfigurationError("Instellingen kloppen niet:\n  " + "\n  ".join(problems))
        kept = {name: value for name, value in values.items() if name not in FIRST_NAMES | MAIL_NAMES}
        return cls(**kept)

    @property
    def psp(self) -> PspSettings:
        """The PSP account of BETAALHUB_PSP_…; often the only one."""
        return self.psps[0]

    @property
    def database_options(self) -> dict[str, Any]:
        """What `DatabaseOptions` wants to know, by its names."""
        names = ("schema", "connect_timeout", "call_timeout", "thick", "drcp")
        return {"pool": self.database_pool, **{name: getattr(self, f"oracle_{name}") for name in names}}

    @property
    def production_accounts(self) -> tuple[PspSettings, ...]:
        """The PSP accounts where real money is paid."""
        return tuple(one for one in self.psps if one.productie)

    def __repr__(self) -> str:
        return "Settings(…)"  # secrets never reach a log by accident


def _unknown(env: Mapping[str, str]) -> list[str]:
    known = {name for field in FIELDS for name in field.names(PREFIX)} | names_of_more(PREFIX)
    ours = sorted(name for name in env if name.startswith(PREFIX) and not name.startswith(TEST_PREFIX))
    return [f"{name}: deze instelling bestaat niet; zie deploy/env.example" for name in ours if name not in known]


def _together(values: Mapping[str, Any]) -> list[str]:
    """Rules over more than one setting."""
    problems = twice_chosen(values["psps"]) + wrong_mail(values, PREFIX, LOOPBACK) + wrong_portaal(values, PREFIX)
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
