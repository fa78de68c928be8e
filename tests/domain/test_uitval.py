"""What waits for a person: every kind has its words, its proposal and its way out."""

from __future__ import annotations

import pytest

from betaalhub.domain.uitval import UITVAL, Oplossing, UitvalSoort

U, O = UitvalSoort, Oplossing  # noqa: E741
# domain.md section 4: the kinds, in its order.
KINDS = """ONBEKEND_TE_LANG TE_OUD LAAT_BETAALD DUBBEL_BETAALD BEDRAG_AFWIJKEND PSP_SPREEKT_ZICH_TEGEN PSP_STORING
EXTERNE_TERUGBETALING TERUGBETALING_MISLUKT TERUGBOEKING NIET_LEVERBAAR AFREKENING_ONBEKEND ONTBREEKT_IN_AFREKENING
AFREKENING_SOM BANKREGEL_ONBEKEND GEEN_BANKREGEL BANK_BEDRAG BOEKING_AFGEKEURD BOEKING_ONBEANTWOORD BERICHT_DOOD
CONFIG_ONGELDIG"""


def test_every_kind_of_the_domain_is_there() -> None:
    assert [str(soort) for soort in UitvalSoort] == KINDS.split()
    assert list(UITVAL) == list(UitvalSoort)


@pytest.mark.parametrize(
    ("soort", "oplossing"),
    [
        (U.ONBEKEND_TE_LANG, O.HANDMATIG_STATUS),
        (U.LAAT_BETAALD, O.ACCEPTEREN),
        (U.LAAT_BETAALD, O.TERUGBETALEN),
        (U.DUBBEL_BETAALD, O.TERUGBETALEN),
        (U.BEDRAG_AFWIJKEND, O.ACCEPTEREN),
        (U.PSP_STORING, O.CIRCUIT_SLUITEN),
        (U.EXTERNE_TERUGBETALING, O.KOPPELEN),
        (U.TERUGBOEKING, O.BETWISTEN),
        (U.BOEKING_AFGEKEURD, O.OPNIEUW_BOEKEN),
        (U.BOEKING_ONBEANTWOORD, O.OPNIEUW_VRAGEN),
        (U.BERICHT_DOOD, O.OPNIEUW_VERZENDEN),
    ],
)
def test_the_default_proposal_can_be_chosen(soort: UitvalSoort, oplossing: Oplossing) -> None:
    assert oplossing in UITVAL[soort].oplossingen


def test_only_trouble_with_our_own_neighbours_leaves_leverbaar_alone() -> None:
    free = {str(soort) for soort, rule in UITVAL.items() if not rule.blocks_leverbaar}
    own = ("AFREKENING", "BANK", "BOEKING", "BERICHT", "CONFIG", "PSP_STORING", "ONTBREEKT", "GEEN_BANK")
    assert free == {str(soort) for soort in UitvalSoort if soort.startswith(own)}


def test_a_reason_alone_is_the_last_choice_of_every_kind() -> None:
    assert all(rule.oplossingen[-1] == Oplossing.GEEN_ACTIE for rule in UITVAL.values())
