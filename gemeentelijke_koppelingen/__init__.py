"""The neighbours of a Dutch municipality, each behind a port of the hub: the register of connectors by their code."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from gemeentelijke_koppelingen.erp_grootboek import GrootboekErp
from gemeentelijke_koppelingen.post_smtp import SmtpPost
from gemeentelijke_koppelingen.productsysteem_betaalstatus import BetaalstatusProductsysteem
from gemeentelijke_koppelingen.psp_docdata import DocdataPsp
from gemeentelijke_koppelingen.psp_worldline import WorldlinePsp

PSP: Mapping[str, type[DocdataPsp] | type[WorldlinePsp]] = MappingProxyType(
    {"docdata": DocdataPsp, "worldline": WorldlinePsp}
)
ERP: Mapping[str, type[GrootboekErp]] = MappingProxyType({"grootboek": GrootboekErp})
PRODUCTSYSTEEM: Mapping[str, type[BetaalstatusProductsysteem]] = MappingProxyType(
    {"betaalstatus": BetaalstatusProductsysteem}
)
ZAAKSYSTEEM: Mapping[str, type[Any]] = MappingProxyType({})
POST: Mapping[str, type[SmtpPost]] = MappingProxyType({"smtp": SmtpPost})
