"""The texts that a story leaves behind where a copy needs one of its own, and how they are found again."""

from __future__ import annotations

import re

NAAM = "Sjabloon Naamhouder"
_ZOEKNAAM = "naamhouder sjabloon"  # how the register searches it
EMAIL = "sjabloon@voorbeeld.example"
KLANT = "SJABLOON-KLANT"
MARKER = "gegenereerd"  # stands where a real betaalopdracht has the SHA-256 of its message


def mark(kind: str, number: int) -> str:
    """A value of its own: REF, KENMERK, ZAAK or STUK."""
    return f"SJABLOON-{kind}-{number}"


# What may stand in a text, alone or in the midst of it: numbers of rows, kenmerken, moments, and what was marked.
PATTERN = re.compile(
    r"(?P<id>(?<![0-9A-Za-z])1\d{12}(?![0-9A-Za-z]))"
    r"|(?P<kenmerk>(?<![0-9A-Za-z])[1-9]\d{11}(?![0-9A-Za-z]))"
    r"|(?P<moment>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?\+00:00)"
    r"|(?P<token>sjabloontoken\d{30})"
    r"|(?P<nummer>SJABLOONNUMMER\d{12})"
    r"|(?P<ref>SJABLOON-REF-\d+)"
    r"|(?P<eigen>SJABLOON-KENMERK-\d+)"
    r"|(?P<zaak>SJABLOON-ZAAK-\d+)"
    r"|(?P<stuk>SJABLOON-STUK-\d+)"
    rf"|(?P<klant>{re.escape(KLANT)})"
    rf"|(?P<naam>{re.escape(NAAM)})"
    rf"|(?P<zoeknaam>{re.escape(_ZOEKNAAM)})"
    rf"|(?P<email>{re.escape(EMAIL)})"
)
