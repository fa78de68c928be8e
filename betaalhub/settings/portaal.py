"""The settings of what citizens see: the phone number, the themas, the contact for security."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from betaalhub.settings.readers import Field, contact, folder, sites, text

PORTAAL_FIELDS: tuple[Field, ...] = (
    Field(
        "PUBLIC_URLS",
        "",
        sites,
        "Eigen adres van het betaalportaal per administratie, als code=https://…, met komma's ertussen; de andere hebben PUBLIC_URL",
        optional=True,
    ),
    Field(
        "CONTACT_TELEFOON",
        "",
        text,
        "Telefoonnummer onder aan elke pagina van het betaalportaal; leeg: 14 + uw netnummer",
        optional=True,
    ),
    Field("THEMES", "geen", folder, "Map met de thema's van gemeenten, elk in een eigen map; zie docs/thema.md"),
    Field(
        "THEME",
        "betaalhub",
        text,
        "Thema van de pagina's waarvoor geen ander thema is: betaalhub, of een map in THEMES",
    ),
    Field(
        "SECURITY_CONTACT",
        "",
        contact,
        "Waar wie een zwakke plek vindt, zich meldt (mailto: of https://); staat in /.well-known/security.txt",
        optional=True,
    ),
)


def wrong_portaal(values: Mapping[str, Any], prefix: str) -> list[str]:
    """Rules over more than one of them."""
    own = values["public_urls"] or {}
    if values["public_url"] in own.values():
        return [f"{prefix}PUBLIC_URLS: {values['public_url']} is het adres van {prefix}PUBLIC_URL; laat het hier weg"]
    if values["themes"] is None and values["theme"] != "betaalhub":
        return [f"{prefix}THEME: geef ook {prefix}THEMES, de map waarin het thema {values['theme']} staat"]
    return []
