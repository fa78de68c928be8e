"""The SOAP addresses of the hub, one Digikoppeling profile each (WUS, WB011: one profile per service)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Profiel(StrEnum):
    """What an address asks of who calls: `vrij` any proof that the aansluiting has, the others what Digikoppeling asks."""

    VRIJ = "vrij"
    WUS_2W_BE = "2w-be"
    WUS_2W_BE_S = "2w-be-s"


@dataclass(frozen=True, slots=True)
class Eisen:
    """What one profile demands: WS-Addressing in every message, a client certificate on the connection, a signature."""

    path: str
    addressing: bool = False
    certificate: bool = False
    signature: bool = False


EISEN: Mapping[Profiel, Eisen] = MappingProxyType(
    {
        Profiel.VRIJ: Eisen("/soap/v1"),
        Profiel.WUS_2W_BE: Eisen("/soap/v1/2w-be", addressing=True, certificate=True),
        Profiel.WUS_2W_BE_S: Eisen("/soap/v1/2w-be-s", addressing=True, certificate=True, signature=True),
    }
)
