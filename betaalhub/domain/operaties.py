"""The operations of the contract for product systems: the one list from which rights are given."""

from __future__ import annotations

from enum import StrEnum


class Operatie(StrEnum):
    """An operation of `wsdl/betaalhub-v1.wsdl`, named as there. A zender may use what it was given, and Controleer always."""

    START_BETALING = "StartBetaling"
    VRAAG_BETAALSTATUS = "VraagBetaalstatus"
    VRAAG_WIJZIGINGEN = "VraagWijzigingen"
    ZOEK_BETALINGEN = "ZoekBetalingen"
    TREK_BETALING_IN = "TrekBetalingIn"
    VRAAG_TERUGBETALING = "VraagTerugbetaling"
    REGISTREER_BETALING = "RegistreerBetaling"
    HERROEP_REGISTRATIE = "HerroepRegistratie"
    MELD_LEVERING = "MeldLevering"
    VRAAG_PRODUCTEN = "VraagProducten"
    VRAAG_KLANTOVERZICHT = "VraagKlantoverzicht"
    CONTROLEER = "Controleer"


ALWAYS = frozenset({Operatie.CONTROLEER})  # whoever speaks for a zender may ask whether the line works
