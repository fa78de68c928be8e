"""Checks of the whole register: what must be done waits in the outbox, and what needs a person has its uitval."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlalchemy.orm import Session

from betaalhub.domain.mail import MailStatus
from betaalhub.domain.statuses import (
    LIVE,
    BetaalopdrachtStatus,
    BetalingStatus,
    BoekingStatus,
    Kanaal,
    TerugbetalingStatus,
    UitvalStatus,
)
from betaalhub.domain.uitval import UitvalSoort
from betaalhub.domain.werk import OutboxSoort
from betaalhub.flows.boekingsbatch import BATCH_ANSWERED
from betaalhub.flows.uitval import AUTOMATISCH
from betaalhub.flows.verify_check import Check, Mismatch, Span
from betaalhub.storage.outbox import DEAD, LEASED, READY
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    BoekingsbatchRow,
    GebeurtenisRow,
    JournaalpostRow,
    MailRow,
    OutboxRow,
    ProductregelRow,
    TerugbetalingRow,
    TerugboekingRow,
    ToewijzingRow,
    UitvalRow,
    WijzigingRow,
    ZenderRow,
)

_AGAIN = "Het werk is zoekgeraakt: meld het met dit kenmerk, zodat het opnieuw wordt ingepland."
_TELL = "Niemand is gewaarschuwd: bekijk de betaling met betaalhub status en meld het met dit kenmerk."
_SENT = (
    TerugbetalingStatus.GOEDGEKEURD,
    TerugbetalingStatus.VERZENDEN,
    TerugbetalingStatus.INGEDIEND,
    TerugbetalingStatus.ONBEKEND,
)
_UNANSWERED = (UitvalSoort.ONBEKEND_TE_LANG, UitvalSoort.TE_OUD)
_ENDED = (BetaalopdrachtStatus.INGETROKKEN, BetaalopdrachtStatus.VERLOPEN)


def _waits(soort: OutboxSoort, number: Any) -> ColumnElement[bool]:
    """Is there work of this kind about this object that waits or is under way?"""
    return (
        select(OutboxRow.id)
        .where(OutboxRow.soort == soort, OutboxRow.object_id == number, OutboxRow.state.in_((READY, LEASED)))
        .exists()
    )


def _known(column: Any, number: Any, *soorten: UitvalSoort) -> ColumnElement[bool]:
    """Was a person ever told of this fact, by one of these kinds?"""
    return select(UitvalRow.id).where(column == number, UitvalRow.soort.in_(soorten)).exists()


def _told(about: ColumnElement[bool], *soorten: UitvalSoort, since: Any) -> ColumnElement[bool]:
    """Does a person know, by one of these kinds, that nobody looks at this as it stands since then? What is still open tells it,
    and what a person decided later than that; what closed by itself was about something that is over."""
    row = UitvalRow
    decided = and_(row.gewijzigd_op > since, row.oplossing != AUTOMATISCH)
    return (
        select(row.id).where(about, row.soort.in_(soorten), or_(row.status != UitvalStatus.OPGELOST, decided)).exists()
    )


def _of_expiry(number: Any) -> ColumnElement[bool]:
    """About a betaalopdracht itself, and not about one of its betalingen or terugbetalingen."""
    row = UitvalRow
    return and_(row.betaalopdracht_id == number, row.betaling_id.is_(None), row.terugbetaling_id.is_(None))


def _verval(session: Session, span: Span) -> Iterator[Mismatch]:
    row = BetaalopdrachtRow
    rows = session.execute(
        select(row.kenmerk, row.status)
        .where(span.of(row.id), row.status.in_((BetaalopdrachtStatus.OPEN, BetaalopdrachtStatus.IN_BETALING)))
        .where(~_waits(OutboxSoort.VERVAL, row.id))
        .where(~_told(_of_expiry(row.id), UitvalSoort.TE_OUD, since=row.vervalt_op))
        .order_by(row.id)
    )
    for kenmerk, status in rows:
        yield Mismatch(kenmerk, f"{status}, en niemand let op haar vervaldatum")


def _vraag(session: Session, span: Span) -> Iterator[Mismatch]:
    row = BetalingRow
    rows = session.execute(
        select(row.psp_referentie, row.status)
        .where(span.of(row.id), row.kanaal == Kanaal.PSP, row.status.in_(sorted(LIVE)))
        .where(~_waits(OutboxSoort.VRAAG_PSP, row.id))
        .where(~_told(UitvalRow.betaling_id == row.id, *_UNANSWERED, since=row.status_op))
        .order_by(row.id)
    )
    for referentie, status in rows:
        yield Mismatch(referentie, f"{status}, en niemand vraagt het de PSP")


def _bericht(session: Session, span: Span) -> Iterator[Mismatch]:
    """A zender that wants push and lags. What changed before its settings did (then it may not have wanted push) is its own
    affair: it reads the feed."""
    row = BetaalopdrachtRow
    settings = (
        select(func.max(GebeurtenisRow.tijdstip))
        .where(GebeurtenisRow.onderwerp == "ZENDER", GebeurtenisRow.onderwerp_id == row.zender_id)
        .correlate(row)
        .scalar_subquery()
    )
    rows = session.execute(
        select(row.kenmerk, row.versie_bevestigd, row.versie_gewenst)
        .join(ZenderRow, ZenderRow.id == row.zender_id)
        .join(WijzigingRow, and_(WijzigingRow.betaalopdracht_id == row.id, WijzigingRow.versie == row.versie_gewenst))
        .where(span.of(row.id), ZenderRow.push_url.is_not(None), row.versie_bevestigd < row.versie_gewenst)
        .where(or_(settings.is_(None), WijzigingRow.tijdstip > settings))
        .where(~_waits(OutboxSoort.STATUSBERICHT, row.id))
        .where(~_told(UitvalRow.betaalopdracht_id == row.id, UitvalSoort.BERICHT_DOOD, since=WijzigingRow.tijdstip))
        .order_by(row.id)
    )
    for kenmerk, told, wanted in rows:
        yield Mismatch(kenmerk, f"het productsysteem heeft versie {told} van {wanted}, en niemand brengt haar")


def _terugbetaling(session: Session, span: Span) -> Iterator[Mismatch]:
    row = TerugbetalingRow
    rows = session.execute(
        select(row.nummer, row.status)
        .join(BetalingRow, BetalingRow.id == row.betaling_id)
        .where(span.of(row.id), row.status.in_(_SENT), BetalingRow.kanaal == Kanaal.PSP)
        .where(~_waits(OutboxSoort.TERUGBETALING, row.id))
        .where(~_told(UitvalRow.terugbetaling_id == row.id, *_UNANSWERED, since=row.status_op))
        .order_by(row.id)
    )
    for nummer, status in rows:
        yield Mismatch(f"terugbetaling {nummer}", f"{status}, en niemand brengt haar naar de PSP")


def _mail(session: Session, span: Span) -> Iterator[Mismatch]:
    row = MailRow
    rows = session.execute(
        select(row.id, row.status)
        .where(span.of(row.id), row.status.in_((MailStatus.TE_VERZENDEN, MailStatus.VERZENDEN)))
        .where(~_waits(OutboxSoort.MAIL, row.id))
        .order_by(row.id)
    )
    for number, status in rows:
        yield Mismatch(f"mail {number}", f"{status}, en niemand verstuurt haar")


def _batch(session: Session, span: Span) -> Iterator[Mismatch]:
    row = BoekingsbatchRow
    post, soort = JournaalpostRow, UitvalSoort.BOEKING_ONBEANTWOORD
    told = select(post.id).where(
        post.batch_id == row.id, _told(UitvalRow.journaalpost_id == post.id, soort, since=row.aangemaakt_op)
    )
    rows = session.execute(
        select(row.nummer, row.status)
        .where(span.of(row.id), row.status != BATCH_ANSWERED)
        .where(~_waits(OutboxSoort.BOEKINGSBATCH, row.id), ~told.exists())
        .order_by(row.id)
    )
    for nummer, status in rows:
        yield Mismatch(f"batch {nummer}", f"{status}, en niemand brengt haar naar het financiële systeem")


def _lease(session: Session, span: Span) -> Iterator[Mismatch]:
    row = OutboxRow
    held, owned = row.state == LEASED, row.token.is_not(None)
    rows = session.execute(
        select(row.soort, row.object_id, row.state)
        .where(span.of(row.id), or_(and_(held, ~owned), and_(~held, owned)))
        .order_by(row.id)
    )
    for soort, number, state in rows:
        yield Mismatch(f"werk {soort} {number}", f"toestand {state} past niet bij wie het vasthoudt")


def _dood(session: Session, span: Span) -> Iterator[Mismatch]:
    """Work that was given up and is still needed is told by the other checks; here any that no person ever heard of."""
    row = OutboxRow
    told = {
        OutboxSoort.STATUSBERICHT: (UitvalRow.betaalopdracht_id == row.object_id, (UitvalSoort.BERICHT_DOOD,)),
        OutboxSoort.VERVAL: (_of_expiry(row.object_id), (UitvalSoort.TE_OUD,)),
        OutboxSoort.TERUGBETALING: (UitvalRow.terugbetaling_id == row.object_id, _UNANSWERED),
    }
    silent = or_(
        *(and_(row.soort == soort, ~_told(about, *kinds, since=row.due_at)) for soort, (about, kinds) in told.items()),
    )
    ended = and_(row.soort == OutboxSoort.TERUGBETALING, _is_over(row.object_id))
    rows = session.execute(
        select(row.soort, row.object_id, row.laatste_fout)
        .where(span.of(row.id), row.state == DEAD, silent, ~ended)
        .order_by(row.id)
    )
    for soort, number, fout in rows:
        yield Mismatch(f"werk {soort} {number}", f"opgegeven na {fout or 'een fout'}, zonder uitval")


def _is_over(number: Any) -> ColumnElement[bool]:
    """A terugbetaling that came to an end in another way before its work was given up."""
    row = TerugbetalingRow
    return select(row.id).where(row.id == number, row.status.not_in(_SENT)).exists()


def _afgekeurd(session: Session, span: Span) -> Iterator[Mismatch]:
    row = JournaalpostRow
    rows = session.execute(
        select(row.nummer)
        .where(span.of(row.id), row.status == BoekingStatus.AFGEKEURD)
        .where(~_known(UitvalRow.journaalpost_id, row.id, UitvalSoort.BOEKING_AFGEKEURD))
        .order_by(row.id)
    )
    for (nummer,) in rows:
        yield Mismatch(f"journaalpost {nummer}", "afgekeurd zonder uitval")


def _onbetaald(session: Session, span: Span) -> Iterator[Mismatch]:
    row = BetalingRow
    rows = session.execute(
        select(row.psp_referentie, row.status, row.ontvangen_cent)
        .where(span.of(row.id), row.status != BetalingStatus.BETAALD, row.ontvangen_cent > 0)
        .where(~_known(UitvalRow.betaling_id, row.id, UitvalSoort.BEDRAG_AFWIJKEND))
        .order_by(row.id)
    )
    for referentie, status, cents in rows:
        yield Mismatch(referentie, f"{status} met {cents} cent ontvangen, zonder uitval")


def _laat(session: Session, span: Span) -> Iterator[Mismatch]:
    row = BetaalopdrachtRow
    paid = (
        select(ToewijzingRow.id)
        .join(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
        .join(BetalingRow, BetalingRow.id == ToewijzingRow.betaling_id)
        .where(ProductregelRow.betaalopdracht_id == row.id, BetalingRow.status == BetalingStatus.BETAALD)
    )
    rows = session.execute(
        select(row.kenmerk, row.status)
        .where(span.of(row.id), row.status.in_(_ENDED), paid.exists())
        .where(~_known(UitvalRow.betaalopdracht_id, row.id, UitvalSoort.LAAT_BETAALD))
        .order_by(row.id)
    )
    for kenmerk, status in rows:
        yield Mismatch(kenmerk, f"{status} en toch betaald, zonder uitval")


def _dubbel(session: Session, span: Span) -> Iterator[Mismatch]:
    row = BetaalopdrachtRow
    doubled = (
        select(ProductregelRow.betaalopdracht_id)
        .join(ToewijzingRow, ToewijzingRow.productregel_id == ProductregelRow.id)
        .join(BetalingRow, BetalingRow.id == ToewijzingRow.betaling_id)
        .where(span.of(ProductregelRow.betaalopdracht_id), BetalingRow.status == BetalingStatus.BETAALD)
        .group_by(ProductregelRow.betaalopdracht_id, ProductregelRow.id)
        .having(func.count() > 1)
    )
    rows = session.execute(
        select(row.kenmerk)
        .where(span.of(row.id), row.id.in_(doubled), row.herroepen_op.is_(None))
        .where(~_known(UitvalRow.betaalopdracht_id, row.id, UitvalSoort.DUBBEL_BETAALD))
        .order_by(row.id)
    )
    for (kenmerk,) in rows:
        yield Mismatch(kenmerk, "twee keer betaald, zonder uitval")


def _extern(session: Session, span: Span) -> Iterator[Mismatch]:
    row = TerugbetalingRow
    rows = session.execute(
        select(row.nummer)
        .where(span.of(row.id), row.status == TerugbetalingStatus.EXTERN)
        .where(~_known(UitvalRow.terugbetaling_id, row.id, UitvalSoort.EXTERNE_TERUGBETALING))
        .order_by(row.id)
    )
    for (nummer,) in rows:
        yield Mismatch(f"terugbetaling {nummer}", "buiten de hub om, zonder uitval")


def _teruggeboekt(session: Session, span: Span) -> Iterator[Mismatch]:
    row = TerugboekingRow
    rows = session.execute(
        select(BetalingRow.psp_referentie, row.bedrag_cent)
        .join(BetalingRow, BetalingRow.id == row.betaling_id)
        .where(span.of(row.id))
        .where(
            ~_known(UitvalRow.terugboeking_id, row.id),
            ~_known(
                UitvalRow.betaling_id, row.betaling_id, UitvalSoort.TERUGBOEKING, UitvalSoort.PSP_SPREEKT_ZICH_TEGEN
            ),
        )
        .order_by(row.id)
    )
    for referentie, cents in rows:
        yield Mismatch(referentie, f"{cents} cent teruggehaald, zonder uitval")


def _opgelost(session: Session, span: Span) -> Iterator[Mismatch]:
    row = UitvalRow
    rows = session.execute(
        select(row.id, row.soort)
        .where(
            span.of(row.id), row.status != UitvalStatus.OPEN, or_(row.opgelost_door.is_(None), row.oplossing.is_(None))
        )
        .order_by(row.id)
    )
    for number, soort in rows:
        yield Mismatch(f"uitval {number}", f"{soort}: niet bekend wie haar oploste of hoe")


CHECKS = (
    Check("WERK_VERVAL", "Op elke open betaalopdracht let iemand of zij vervalt.", _AGAIN, BetaalopdrachtRow.id, _verval),
    Check("WERK_VRAAG", "Naar elke lopende betaling wordt bij de PSP gevraagd.", _AGAIN, BetalingRow.id, _vraag),
    Check("WERK_STATUSBERICHT", "Elk productsysteem dat berichten wil, krijgt de laatste versie.",
          "Het werk is zoekgeraakt; het productsysteem kan de stand zelf vragen (VraagBetaalstatus). Meld het met dit kenmerk.",
          BetaalopdrachtRow.id, _bericht),
    Check("WERK_TERUGBETALING", "Elke goedgekeurde terugbetaling gaat naar de PSP.", _AGAIN, TerugbetalingRow.id,
          _terugbetaling),
    Check("WERK_BATCH", "Elke batch gaat naar het financiële systeem.", _AGAIN, BoekingsbatchRow.id, _batch),
    Check("WERK_MAIL", "Elke mail die klaarstaat, gaat naar de mailserver.",
          "Stuur de mail opnieuw met betaalhub mail stuur-opnieuw.", MailRow.id, _mail),
    Check("WERK_LEASE", "Werk wordt vastgehouden door wie eraan werkt, en anders door niemand.",
          "Laat een ontwikkelaar hiernaar kijken; verander niets met de hand.", OutboxRow.id, _lease),
    Check("WERK_DOOD", "Van werk dat is opgegeven, weet een mens.", _TELL, OutboxRow.id, _dood),
    Check("UITVAL_AFGEKEURD", "Van elke afgekeurde journaalpost weet een mens.", _TELL, JournaalpostRow.id, _afgekeurd),
    Check("UITVAL_AFWIJKEND", "Van geld dat niet het hele bedrag is, weet een mens.", _TELL, BetalingRow.id, _onbetaald),
    Check("UITVAL_LAAT", "Van geld voor wat al voorbij was, weet een mens.", _TELL, BetaalopdrachtRow.id, _laat),
    Check("UITVAL_DUBBEL", "Van wat dubbel betaald is, weet een mens.", _TELL, BetaalopdrachtRow.id, _dubbel),
    Check("UITVAL_EXTERN", "Van elke terugbetaling buiten de hub om weet een mens.", _TELL, TerugbetalingRow.id, _extern),
    Check("UITVAL_TERUGBOEKING", "Van elke terugboeking weet een mens.", _TELL, TerugboekingRow.id, _teruggeboekt),
    Check("UITVAL_OPGELOST", "Van elke opgeloste uitval is bekend door wie en hoe.", _TELL, UitvalRow.id, _opgelost),
)  # fmt: skip
