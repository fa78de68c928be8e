"""The same message gets the same answer, byte for byte, and has its effect once: one rule for every operation that writes."""

from __future__ import annotations

import pytest

from betaalhub.hub import Hub
from betaalhub.storage.tables import AntwoordRow, BetaalopdrachtRow, GebeurtenisRow
from tests.soap.calls import Answer, herroep, meld, registreer, start, trek_in, vraag_terug
from tests.soap.conftest import Says, rows


def rewritten(message: str) -> str:
    """As an ESB may pass it on: later, with other prefixes and white space."""
    named = message.replace("<b:", "<esb:").replace("</b:", "</esb:").replace(":b=", ":esb=")
    return named.replace("14:30:00+01:00", "15:00:00Z").replace("><", ">\n  <")


def messages(registratienummer: str | None) -> dict[str, tuple[str, str]]:
    """Per operation a message, and one with the same number and another content."""
    return {
        "MeldLevering": (meld("X", r1="IN_UITVOERING"), meld("X", r1="IN_UITVOERING", reden="Vandaag")),
        "VraagTerugbetaling": (vraag_terug("X", regels={1: 1}), vraag_terug("X", regels={1: None})),
        "HerroepRegistratie": (
            herroep(registratienummer, "X"),
            herroep(registratienummer and registratienummer + "0", "X"),
        ),
        "RegistreerBetaling": (registreer("X", Kenmerk="ZK-2"), registreer("X", Kenmerk="ZK-2", Bewijsnummer="B-7")),
        "TrekBetalingIn": (trek_in("X", Kenmerk="ZK-2"), trek_in("X", Kenmerk="ZK-2", Reden="Toch niet")),
    }


@pytest.mark.parametrize("operatie", messages(""))
def test_every_operation_answers_the_same_message_with_the_same_bytes(
    says: Says, paid: Answer, hub: Hub, operatie: str
) -> None:
    says(start("R-2", kenmerk="ZK-2"))
    message, other = messages(paid.text("Registratienummer"))[operatie]
    first = says(message)
    facts = len(rows(hub, GebeurtenisRow))
    again = says(rewritten(message))
    assert (first.status, first.body) == (200, again.body)
    assert len(rows(hub, GebeurtenisRow)) == facts
    assert says(other).fault == ("Client", "REFERENTIENUMMER_NIET_UNIEK")
    assert says(start("X", kenmerk="ZK-9")).fault == ("Client", "REFERENTIENUMMER_NIET_UNIEK")


def test_a_fault_is_not_remembered(says: Says, offered: Answer, hub: Hub) -> None:
    assert says(vraag_terug("X")).fault == ("Client", "NIET_BETAALD")
    assert [row.operatie for row in rows(hub, AntwoordRow)] == ["StartBetaling"]
    says(registreer())
    assert says(vraag_terug("X")).status == 200


def test_an_old_answer_stays_what_it_was(says: Says, offered: Answer, hub: Hub) -> None:
    says(trek_in())
    assert says(start()).body == offered.body
    assert [row.status for row in rows(hub, BetaalopdrachtRow)] == ["INGETROKKEN"]
