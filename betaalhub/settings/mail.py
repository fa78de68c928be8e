"""The settings of mails: none is sent until BETAALHUB_MAIL_HOST names a mail server."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from betaalhub.settings.readers import Field, file, one_of, text, whole

_ADDRESS = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*")


def mail_address(value: str) -> str:
    """An address of our own: plain letters, one @."""
    if len(value) > 254 or not _ADDRESS.fullmatch(value):
        raise ValueError("geef een e-mailadres, bijvoorbeeld betalen@gemeente.example")
    return value


MAIL_FIELDS: tuple[Field, ...] = (
    Field("MAIL_HOST", "", text, "Mailserver waarlangs mails gaan; leeg: er gaan geen mails", optional=True),
    Field("MAIL_PORT", "587", whole(1, 65535), "Poort van de mailserver"),
    Field(
        "MAIL_TLS",
        "starttls",
        one_of("starttls", "tls", "geen"),
        "starttls, tls (meestal poort 465), of geen: alleen als de mailserver op deze machine staat",
    ),
    Field("MAIL_CA_FILE", "geen", file, "Bestand met de CA van de mailserver (PEM); geen: die van het systeem"),
    Field("MAIL_USER", "", text, "Gebruiker bij de mailserver", optional=True),
    Field("MAIL_PASSWORD", "", text, "Wachtwoord bij de mailserver", secret=True, optional=True),
    Field("MAIL_FROM", "", mail_address, "Adres van de afzender van mails", optional=True),
    Field("MAIL_REPLY_TO", "", mail_address, "Adres waar antwoorden op mails heen gaan", optional=True),
    Field("MAIL_PER_HOUR", "10", whole(1, 1000), "Hoogste aantal mails per uur aan één adres; de rest wacht"),
)
MAIL_NAMES = frozenset(one.name.lower() for one in MAIL_FIELDS)


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How mails leave. `per_hour`: at most so many to one address."""

    host: str
    port: int
    tls: Literal["starttls", "tls", "geen"]
    ca_file: Path | None
    user: str | None
    password: str | None = field(repr=False)
    afzender: str
    reply_to: str | None
    per_hour: int


def mail_of(values: Mapping[str, Any]) -> MailSettings | None:
    """From the values of all settings; None when no mails are sent."""
    if values["mail_host"] is None:
        return None
    return MailSettings(
        host=values["mail_host"],
        port=values["mail_port"],
        tls=values["mail_tls"],
        ca_file=values["mail_ca_file"],
        user=values["mail_user"],
        password=values["mail_password"],
        afzender=values["mail_from"] or "",
        reply_to=values["mail_reply_to"],
        per_hour=values["mail_per_hour"],
    )


def wrong_mail(values: Mapping[str, Any], prefix: str, loopback: frozenset[str]) -> list[str]:
    """Rules over more than one of them."""
    host = values["mail_host"]
    if host is None:
        given = [one for one in ("mail_user", "mail_password", "mail_from", "mail_reply_to") if values[one]]
        return [f"{prefix}{one.upper()}: doet niets zonder {prefix}MAIL_HOST" for one in given]
    problems = []
    if not values["mail_from"]:
        problems.append(f"{prefix}MAIL_FROM: geef het adres van de afzender, want {prefix}MAIL_HOST is ingevuld")
    if values["mail_tls"] == "geen" and host not in loopback:
        problems.append(
            f"{prefix}MAIL_TLS: zonder TLS gaan mails alleen naar een mailserver op deze machine (127.0.0.1); kies starttls of tls"
        )
    if (values["mail_user"] is None) != (values["mail_password"] is None):
        problems.append(f"{prefix}MAIL_USER en {prefix}MAIL_PASSWORD: geef ze allebei, of geen van beide")
    return problems
