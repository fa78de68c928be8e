"""The ways out of the portal: only to addresses that a product system gave and the hub checked, or that are configured."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode, urlsplit

from betaalhub.flows.mandje import MandjeStand


@dataclass(frozen=True, slots=True)
class Link:
    """One way out: the name of the product system and the address."""

    name: str
    url: str


def return_links(stand: MandjeStand) -> tuple[Link, ...]:
    """One link per product system, to its stored return address with nothing appended."""
    found: dict[str, Link] = {}
    for item in stand.opdrachten:
        found.setdefault(item.zender_naam, Link(item.zender_naam, item.terugkeer_url))
    return tuple(found.values())


def departure_links(stand: MandjeStand) -> tuple[Link, ...]:
    """The same for what left the winkelmandje: where she can begin again when nothing is left in it."""
    found = {one.zender_naam: Link(one.zender_naam, one.terugkeer_url) for one in reversed(stand.departures)}
    return tuple(found.values())


def shop_links(stand: MandjeStand, producten: str | None = None) -> tuple[Link, ...]:
    """The ways to "verder winkelen": the municipality's catalogue (`producten`, from the configuration) under the name of the
    administratie, then the return address of each product system; all with the one-trip meebetaaltoken that StartBetaling may
    pass on."""
    catalogue = (Link(stand.administratie_naam, producten),) if producten else ()
    return tuple(Link(link.name, _with(link.url, stand.meebetaaltoken)) for link in (*catalogue, *return_links(stand)))


def _with(url: str, token: str) -> str:
    parts = urlsplit(url)
    query = [(name, value) for name, value in parse_qsl(parts.query, True) if name != "meebetaaltoken"]
    return parts._replace(query=urlencode([*query, ("meebetaaltoken", token)])).geturl()
