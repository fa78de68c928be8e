"""The settings of what citizens see: the phone number, the themas."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from betaalhub.settings.readers import Field, contact, folder, text

PORTAAL_FIELDS: tuple[Field, ...] = (
    Field("CONTACT_TELEFOON", "14 + uw netnummer", text, "Telefoonnummer onder aan elke pagina van het betaalportaal"),
    Field(
        "SECURITY_CONTACT",
        "",
        contact,
        "Waar wie een zwakke plek vindt, zich meldt (mailto: of https://); staat in /.well-known/security.txt",
        optional=True,
    ),
    Field("THEMES", "geen", folder, "Map met de thema's van gemeenten, elk in een eigen map; zie docs/thema.md"),
    Field(
        "THEME",
        "betaalhub",
        text,
        "Thema van de pagina's waarvoor geen ander thema is: betaalhub, of een map in THEMES",
    ),
)


def wrong_portaal(values: Mapping[str, Any], prefix: str) -> list[str]:
    """Rules over more than one of them."""
    if values["themes"] is None and values["theme"] != "betaalhub":
        return [f"{prefix}THEME: geef ook {prefix}THEMES, de map waarin het thema {values['theme']} staat"]
    return []
