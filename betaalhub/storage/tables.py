"""Every row class in one place; docs/register.md tells what each table is for."""

from __future__ import annotations

from betaalhub.storage.catalogus import (
    AansluitingRow,
    AansluitingZenderRow,
    AdministratieRow,
    BetaalmethodeRow,
    BoekingsleutelRow,
    ProductgroepRow,
    ProductRow,
    PspAccountRow,
    TerugkeerAdresRow,
    ZenderProductRow,
    ZenderRow,
)
from betaalhub.storage.mail import MailRow
from betaalhub.storage.register import (
    BetaalopdrachtRow,
    BetalingRow,
    GebeurtenisRow,
    KenmerkRow,
    ProductregelRow,
    ToewijzingRow,
    WinkelmandjeRow,
)
from betaalhub.storage.rows import NumberedRow, Row
from betaalhub.storage.terugbetaling import (
    RegistratieRow,
    TerugbetalingRegelRow,
    TerugbetalingRow,
    TerugboekingRegelRow,
    TerugboekingRow,
)
from betaalhub.storage.toegang import BewijsRow, GezienRow, LimietRow, ZenderOperatieRow
from betaalhub.storage.werk import (
    AntwoordRow,
    BoekingsbatchRow,
    BoekingsregelRow,
    CircuitRow,
    JournaalpostRow,
    OutboxRow,
    UitvalRow,
)
from betaalhub.storage.wijziging import WijzigingRow, WijzigingTellerRow

METADATA = Row.metadata

__all__ = [
    "METADATA",
    "AansluitingRow",
    "AansluitingZenderRow",
    "AdministratieRow",
    "AntwoordRow",
    "BetaalmethodeRow",
    "BetaalopdrachtRow",
    "BetalingRow",
    "BewijsRow",
    "BoekingsbatchRow",
    "BoekingsleutelRow",
    "BoekingsregelRow",
    "CircuitRow",
    "GebeurtenisRow",
    "GezienRow",
    "JournaalpostRow",
    "KenmerkRow",
    "LimietRow",
    "MailRow",
    "NumberedRow",
    "OutboxRow",
    "ProductRow",
    "ProductgroepRow",
    "ProductregelRow",
    "PspAccountRow",
    "RegistratieRow",
    "Row",
    "TerugbetalingRegelRow",
    "TerugbetalingRow",
    "TerugboekingRegelRow",
    "TerugboekingRow",
    "TerugkeerAdresRow",
    "ToewijzingRow",
    "UitvalRow",
    "WijzigingRow",
    "WijzigingTellerRow",
    "WinkelmandjeRow",
    "ZenderOperatieRow",
    "ZenderProductRow",
    "ZenderRow",
]
