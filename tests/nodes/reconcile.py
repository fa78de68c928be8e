"""Everything against everything: citizens, product systems, feed, register, PSP and ERP. Each difference names its kenmerk."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from betaalhub.flows.verify import verify
from betaalhub.storage.database import make_sessions, reading
from betaalhub.storage.database_whole import snapshot
from betaalhub.storage.tables import BetaalopdrachtRow, BetalingRow, TerugbetalingRow, WinkelmandjeRow
from tests.journeys.invariants import books, check_outbox
from tests.nodes.burger import PAID
from tests.nodes.lezer import Lezer
from tests.nodes.measures import Measures
from tests.nodes.psp_books import PspBooks
from tests.nodes.town import NodesTown
from tests.nodes.zaken import Ledger, Zaak
from tests.simulation.invariants import everyone_told, no_error_of_ours
from tests.simulation.money import money_at_every_moment, money_at_rest

# What a citizen or a caller may see when something is killed: each says "later", none says that it went wrong.
_MAY_BE_SEEN = frozenset({"PROCES_NIET_BESCHIKBAAR", "BETALING_LOOPT", "HTTP 503", "HTTP 503 van nginx", "gaf het op"})
_BROKEN = frozenset(
    {
        "ConnectionResetError",
        "RemoteDisconnected",
        "ConnectionRefusedError",
        "SSLEOFError",
        "TimeoutError",
        "IncompleteRead",
    }
)
UNPAID = frozenset({"cart", "open", "failed", "cancelled", "expired", "gone"})


def seen_wrongly(measures: Measures) -> list[str]:
    """Every error that nobody outside may ever see, whatever is killed: HTTP 500, INTERNE_FOUT, a refusal of what was right."""
    fine = _MAY_BE_SEEN | _BROKEN
    return [
        f"{step}: {how}, {times} times" for (step, how), times in sorted(measures.errors.items()) if how not in fine
    ]


def reconcile(town: NodesTown, ledger: Ledger, readers: Sequence[Lezer]) -> list[str]:
    """Every difference, in sentences; none when all is right. Nothing may run meanwhile that changes anything."""
    erp = town.see(town.at.erp, "journaalposten")
    productsysteem = town.see(town.at.productsysteem, "berichten")
    psp = PspBooks.read(town.see(town.at.psp, "orders"))
    found = [*ledger.wrong, *(f"{zaak.kenmerk} ({zaak.story}): {one}" for zaak in ledger.zaken for one in zaak.wrong)]
    found += [one for service in town.services() for one in service.deaths]
    with reading(make_sessions(town.engine)) as session:
        for check in (*books(erp=erp, productsysteem=productsysteem), check_outbox):
            found += _said(check, session)
        rules: tuple[Iterator[str], ...] = (
            no_error_of_ours(session),
            everyone_told(session),
            money_at_every_moment(session, psp),  # type: ignore[arg-type]
            money_at_rest(session, psp),  # type: ignore[arg-type]
            _messages(session, ledger.zaken),
            _citizens(session, ledger.zaken, psp),
            _refunds(session, ledger.zaken),
            _delivered(session, productsysteem),
            _feed(session, readers),
        )
        for rule in rules:
            found += rule
    return [*found, *_register(town)]


def _register(town: NodesTown) -> Iterator[str]:
    """What `betaalhub verify` finds."""
    with snapshot(make_sessions(town.engine)) as session:
        for rule in verify(session).broken:
            for one in rule.first:
                yield f"verify {rule.code}: {one.where}: {one.what}"


def _said(check: Callable[[Session], None], session: Session) -> Iterator[str]:
    try:
        check(session)
    except AssertionError as wrong:
        yield str(wrong) or f"{getattr(check, '__name__', 'a check')} does not hold"


def _messages(session: Session, zaken: Sequence[Zaak]) -> Iterator[str]:
    """Each message that was answered is one betaalopdracht, however often it was sent; and there are no others."""
    rows = {row.kenmerk: row for row in session.scalars(select(BetaalopdrachtRow))}
    own = Counter(row.eigen_kenmerk for row in rows.values())
    sent = {zaak.kenmerk for zaak in zaken}
    for kenmerk, count in own.items():
        if count > 1:
            yield f"{kenmerk} is {count} betaalopdrachten"
        if kenmerk not in sent:
            yield f"{kenmerk} is in the register and nobody sent it"
    for zaak in zaken:
        if zaak.start is None or zaak.start.answer is None:
            continue
        row = rows.get(zaak.betaalkenmerk)
        if row is None or row.eigen_kenmerk != zaak.kenmerk or row.totaal_cent != zaak.totaal_cent:
            yield f"{zaak.kenmerk} was answered with {zaak.betaalkenmerk}, and the register has another or none"


def _citizens(session: Session, zaken: Sequence[Zaak], psp: PspBooks) -> Iterator[str]:
    """What she did at the PSP, what her page said, and what the register says."""
    rows = {row.kenmerk: row for row in session.scalars(select(BetaalopdrachtRow))}
    received: dict[str, int] = defaultdict(int)
    for order in psp.orders():
        received[order.command.reference.partition("-")[0]] += order.received_cents
    for zaak in zaken:
        row = rows.get(zaak.betaalkenmerk) if zaak.start is not None and zaak.start.answer is not None else None
        if row is None:
            continue
        name = f"{zaak.kenmerk} ({zaak.story}, {zaak.betaalkenmerk})"
        if zaak.paid_at_psp and not received[zaak.winkelmandje]:
            yield f"{name}: she paid, and the PSP has nothing"
        if received[zaak.winkelmandje] and not zaak.paid_at_psp:
            yield f"{name}: the PSP has {received[zaak.winkelmandje]} cents, and she did not pay"
        paid = bool(row.ontvangen_cent)
        if paid != (zaak.paid_at_psp or zaak.paid_at_counter):
            yield f"{name}: received {row.ontvangen_cent} cents, and she {'did not pay' if paid else 'paid'}"
        if zaak.stand in PAID and not paid:
            yield f"{name}: her page said {zaak.stand}, and the register says {row.status}"
        if zaak.stand in UNPAID and (zaak.paid_at_psp or zaak.paid_at_counter) and zaak.story != "pays_late":
            yield f"{name}: she paid, waited, and read {zaak.stand}"


def _refunds(session: Session, zaken: Sequence[Zaak]) -> Iterator[str]:
    """Each question for money back that was answered is one terugbetaling, and it was given back."""
    rows = {row.nummer: row for row in session.scalars(select(TerugbetalingRow))}
    asked = set()
    for zaak in zaken:
        for bericht in zaak.berichten:
            if bericht.operatie != "VraagTerugbetaling":
                continue
            nummer = bericht.answer.text("Terugbetaling") if bericht.answer is not None else None
            row = rows.get(nummer or "")
            asked.add(nummer)
            if row is None or row.bedrag_cent != zaak.totaal_cent:
                yield f"{zaak.kenmerk}: VraagTerugbetaling gave {nummer or bericht.refusal}, and no terugbetaling is that"
            elif row.status != "VOLTOOID":
                yield f"{zaak.kenmerk}: terugbetaling {nummer} is {row.status}"
    for nummer in rows.keys() - asked:
        yield f"terugbetaling {nummer} was asked by nobody"


def _delivered(session: Session, productsysteem: Any) -> Iterator[str]:
    """The product system may deliver exactly what it may, and was told so once per versie."""
    has = {one["betaalkenmerk"]: one for one in productsysteem["standen"]}
    counted = Counter((one["betaalkenmerk"], one["versie"]) for one in productsysteem["berichten"] if one["toegepast"])
    for key, count in counted.items():
        if count > 1:
            yield f"{key[0]}: versie {key[1]} was taken in {count} times"
    for row in session.scalars(select(BetaalopdrachtRow)):
        stand = has.get(row.kenmerk)
        if stand is None and row.versie_gewenst > 1:
            yield f"{row.eigen_kenmerk} ({row.kenmerk}): the product system was never told"
        elif stand is not None and (stand["versie"], stand["leverbaar"]) != (row.versie_gewenst, row.leverbaar):
            yield f"{row.eigen_kenmerk} ({row.kenmerk}): the product system has versie {stand['versie']} of {row.versie_gewenst}"


def _feed(session: Session, readers: Sequence[Lezer]) -> Iterator[str]:
    """Whoever follows the feed read every versie of every betaalopdracht, once and in order, and no number twice."""
    read: dict[str, list[int]] = {}
    for reader in readers:
        read |= reader.read
        if reader.numbers != list(range(1, len(reader.numbers) + 1)):
            yield f"the feed of {reader.zender} was not numbered 1, 2, 3 … as it was read"
    for row in session.scalars(select(BetaalopdrachtRow)):
        if read.get(row.kenmerk) != list(range(1, row.versie_gewenst + 1)):
            yield f"the feed told of {row.eigen_kenmerk} the versies {read.get(row.kenmerk)}, and it has {row.versie_gewenst}"


def counts(town: NodesTown) -> dict[str, int]:
    """How much there is of everything, for the report."""
    with reading(make_sessions(town.engine)) as session:
        return {
            "winkelmandjes": session.scalar(select(func.count()).select_from(WinkelmandjeRow)) or 0,
            "betaalopdrachten": session.scalar(select(func.count()).select_from(BetaalopdrachtRow)) or 0,
            "betalingen": session.scalar(select(func.count()).select_from(BetalingRow)) or 0,
            "betaald": session.scalar(select(func.count()).where(BetalingRow.status == "BETAALD")) or 0,
        }
