"""The kinds of uitval: what each means, what is proposed, how it may be resolved (domain.md, section 4)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class UitvalSoort(StrEnum):
    """Why a person is needed."""

    ONBEKEND_TE_LANG = "ONBEKEND_TE_LANG"
    TE_OUD = "TE_OUD"
    LAAT_BETAALD = "LAAT_BETAALD"
    DUBBEL_BETAALD = "DUBBEL_BETAALD"
    BEDRAG_AFWIJKEND = "BEDRAG_AFWIJKEND"
    PSP_SPREEKT_ZICH_TEGEN = "PSP_SPREEKT_ZICH_TEGEN"
    PSP_STORING = "PSP_STORING"
    EXTERNE_TERUGBETALING = "EXTERNE_TERUGBETALING"
    TERUGBETALING_MISLUKT = "TERUGBETALING_MISLUKT"
    TERUGBOEKING = "TERUGBOEKING"
    NIET_LEVERBAAR = "NIET_LEVERBAAR"
    AFREKENING_ONBEKEND = "AFREKENING_ONBEKEND"
    ONTBREEKT_IN_AFREKENING = "ONTBREEKT_IN_AFREKENING"
    AFREKENING_SOM = "AFREKENING_SOM"
    BANKREGEL_ONBEKEND = "BANKREGEL_ONBEKEND"
    GEEN_BANKREGEL = "GEEN_BANKREGEL"
    BANK_BEDRAG = "BANK_BEDRAG"
    BOEKING_AFGEKEURD = "BOEKING_AFGEKEURD"
    BOEKING_ONBEANTWOORD = "BOEKING_ONBEANTWOORD"
    BERICHT_DOOD = "BERICHT_DOOD"
    CONFIG_ONGELDIG = "CONFIG_ONGELDIG"


class Oplossing(StrEnum):
    """What a person may choose."""

    OPNIEUW_VRAGEN = "OPNIEUW_VRAGEN"
    HANDMATIG_STATUS = "HANDMATIG_STATUS"
    ACCEPTEREN = "ACCEPTEREN"
    TERUGBETALEN = "TERUGBETALEN"
    OPNIEUW_VERZENDEN = "OPNIEUW_VERZENDEN"
    OPNIEUW_BOEKEN = "OPNIEUW_BOEKEN"
    CIRCUIT_SLUITEN = "CIRCUIT_SLUITEN"
    KOPPELEN = "KOPPELEN"
    BETWISTEN = "BETWISTEN"
    GEEN_ACTIE = "GEEN_ACTIE"


@dataclass(frozen=True, slots=True)
class UitvalRegel:
    """What one kind means (Dutch), what is proposed, which resolutions fit, and whether it takes Leverbaar away.

    Every kind on the money or the delivery of a betaalopdracht does; one about our own neighbours (a booking, a message, a
    setting, a statement) does not: the citizen did pay.
    """

    omschrijving: str
    voorstel: str
    oplossingen: tuple[Oplossing, ...]
    blocks_leverbaar: bool


_ASK, _HAND, _ACCEPT, _REFUND, _SEND, _BOOK, _CIRCUIT, _LINK, _DISPUTE, _NONE = (
    Oplossing.OPNIEUW_VRAGEN,
    Oplossing.HANDMATIG_STATUS,
    Oplossing.ACCEPTEREN,
    Oplossing.TERUGBETALEN,
    Oplossing.OPNIEUW_VERZENDEN,
    Oplossing.OPNIEUW_BOEKEN,
    Oplossing.CIRCUIT_SLUITEN,
    Oplossing.KOPPELEN,
    Oplossing.BETWISTEN,
    Oplossing.GEEN_ACTIE,
)
_S = UitvalSoort

UITVAL: Mapping[UitvalSoort, UitvalRegel] = MappingProxyType(
    {
        _S.ONBEKEND_TE_LANG: UitvalRegel(
            "De uitkomst van de betaling is al een dag onbekend.",
            "Vraag het de PSP opnieuw, of zet de status met de hand, met een reden.",
            (_ASK, _SEND, _HAND, _NONE), True),
        _S.TE_OUD: UitvalRegel(
            "Dit wacht al langer dan mag.",
            "Vraag het opnieuw, of zet de status met de hand, met een reden.",
            (_ASK, _LINK, _HAND, _NONE), True),
        _S.LAAT_BETAALD: UitvalRegel(
            "Er is betaald nadat de betaalopdracht was verlopen of ingetrokken.",
            "Accepteer de betaling, of betaal terug.",
            (_ACCEPT, _REFUND, _NONE), True),
        _S.DUBBEL_BETAALD: UitvalRegel(
            "Er is meer dan één keer of te veel betaald.",
            "Betaal terug wat te veel is betaald.",
            (_REFUND, _ACCEPT, _NONE), True),
        _S.BEDRAG_AFWIJKEND: UitvalRegel(
            "Het bedrag of de munt bij de PSP is anders dan het onze.",
            "Accepteer met een verschilboeking, of betaal terug.",
            (_ACCEPT, _REFUND, _ASK, _NONE), True),
        _S.PSP_SPREEKT_ZICH_TEGEN: UitvalRegel(
            "De PSP meldde eerst betaald en nu niet meer.",
            "Kijk het na bij de PSP en beslis.",
            (_ASK, _ACCEPT, _NONE), True),
        _S.PSP_STORING: UitvalRegel(
            "De PSP weigert ons: de instellingen kloppen niet.",
            "Herstel de instelling en sluit het circuit.",
            (_CIRCUIT, _NONE), False),
        _S.EXTERNE_TERUGBETALING: UitvalRegel(
            "Er is geld teruggestort buiten de hub om.",
            "Koppel de terugbetaling en boek haar.",
            (_LINK, _NONE), True),
        _S.TERUGBETALING_MISLUKT: UitvalRegel(
            "Een terugbetaling is mislukt of is hoger dan wat er nog is.",
            "Controleer de rekening en probeer het opnieuw, of betaal anders terug.",
            (_REFUND, _NONE), True),
        _S.TERUGBOEKING: UitvalRegel(
            "De bank heeft het geld teruggehaald.",
            "Accepteer dit, of betwist het.",
            (_ACCEPT, _DISPUTE, _NONE), True),
        _S.NIET_LEVERBAAR: UitvalRegel(
            "Het productsysteem kan niet leveren wat betaald is.",
            "Betaal terug.",
            (_REFUND, _NONE), True),
        _S.AFREKENING_ONBEKEND: UitvalRegel(
            "In de afrekening van de PSP staat geld dat de hub niet kent.",
            "Koppel het aan een betaling.",
            (_LINK, _NONE), False),
        _S.ONTBREEKT_IN_AFREKENING: UitvalRegel(
            "Een betaling staat na haar termijn nog niet in een afrekening.",
            "Vraag het na bij de PSP.",
            (_ASK, _NONE), False),
        _S.AFREKENING_SOM: UitvalRegel(
            "De sommen in de afrekening kloppen niet.",
            "Weiger het bestand; de regels blijven bewaard.",
            (_NONE,), False),
        _S.BANKREGEL_ONBEKEND: UitvalRegel(
            "Een bankregel past bij geen uitbetaling.",
            "Bekijk de voorgestelde koppeling.",
            (_LINK, _NONE), False),
        _S.GEEN_BANKREGEL: UitvalRegel(
            "Een uitbetaling van de PSP is niet op de bank gezien.",
            "Vraag het na bij de PSP en de bank.",
            (_LINK, _NONE), False),
        _S.BANK_BEDRAG: UitvalRegel(
            "Het bedrag op de bank is anders dan de uitbetaling.",
            "Bekijk het verschil en koppel.",
            (_LINK, _NONE), False),
        _S.BOEKING_AFGEKEURD: UitvalRegel(
            "Het financiële systeem keurt een journaalpost af.",
            "Herstel de boekingssleutel en boek opnieuw.",
            (_BOOK, _NONE), False),
        _S.BOEKING_ONBEANTWOORD: UitvalRegel(
            "Het financiële systeem geeft geen antwoord over een batch.",
            "Vraag het na met het batchnummer.",
            (_ASK, _NONE), False),
        _S.BERICHT_DOOD: UitvalRegel(
            "Een statusbericht is geweigerd of komt niet aan.",
            "Stuur het opnieuw.",
            (_SEND, _NONE), False),
        _S.CONFIG_ONGELDIG: UitvalRegel(
            "Een product heeft op deze datum geen geldige boekingssleutel.",
            "Herstel de catalogus en boek opnieuw.",
            (_BOOK, _NONE), False),
    }
)  # fmt: skip

if UITVAL.keys() != set(UitvalSoort) or any(_NONE not in regel.oplossingen for regel in UITVAL.values()):
    raise AssertionError("Every kind of uitval needs its rule, and may always be closed with a reason")
