"""What must hold in every register at every rest: it agrees with itself, with the ERP and with the product systems."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from betaalhub.domain.boeking import btw_deel
from betaalhub.domain.parents import derive_winkelmandje
from betaalhub.domain.statuses import (
    GIVEN_BACK,
    LIVE,
    UNDER_WAY,
    BetaalopdrachtStatus,
    BetalingStatus,
    BtwCode,
    TerugbetalingStatus,
)
from betaalhub.flows.herbereken import betaalopdracht_standen
from betaalhub.storage.tables import (
    BetaalopdrachtRow,
    BetalingRow,
    BoekingsregelRow,
    GebeurtenisRow,
    JournaalpostRow,
    OutboxRow,
    ProductregelRow,
    RegistratieRow,
    TerugbetalingRegelRow,
    TerugbetalingRow,
    TerugboekingRegelRow,
    TerugboekingRow,
    ToewijzingRow,
    UitvalRow,
    WijzigingRow,
    WijzigingTellerRow,
    WinkelmandjeRow,
)

Listing = Mapping[str, Any]
_FLAPS = {BetaalopdrachtStatus.OPEN, BetaalopdrachtStatus.IN_BETALING}  # its coming and going is not published
_ENDED = {BetaalopdrachtStatus.INGETROKKEN, BetaalopdrachtStatus.VERLOPEN}


def check_register(session: Session, *, erp: Listing, productsysteem: Listing) -> None:
    """AssertionError that says what does not hold. `erp` and `productsysteem` are what the control APIs list."""
    check_books(session, erp=erp, productsysteem=productsysteem)
    check_outbox(session)


def check_books(session: Session, *, erp: Listing, productsysteem: Listing) -> None:
    """What must hold at every moment between two transactions, also while work waits or is under way."""
    for check in books(erp=erp, productsysteem=productsysteem):
        check(session)


def books(*, erp: Listing, productsysteem: Listing) -> tuple[Callable[[Session], None], ...]:
    """The checks of `check_books` one by one, each an AssertionError: for who wants to know of all that is wrong."""
    return (
        _betalingen,
        _toewijzingen,
        _terugbetalingen,
        _derived,
        _winkelmandjes,
        _journaalposten,
        _proceeds,
        lambda session: _at_erp(session, erp["journaalposten"]),
        lambda session: _versies(session, productsysteem),
        _feed,
        _history,
    )


def _all(session: Session, row_class: type[Any]) -> Sequence[Any]:
    """Every row of a table, read once per session: nothing changes while it is judged."""
    found: Sequence[Any] | None = session.info.get(row_class)
    if found is None:
        found = session.info[row_class] = session.scalars(select(row_class).order_by(row_class.id)).all()
    return found


def _betalingen(session: Session) -> None:
    """Exactly the living betalingen hold the key of their winkelmandje; what is paid was received in full."""
    for row in _all(session, BetalingRow):
        expected = str(row.winkelmandje_id) if BetalingStatus(row.status) in LIVE else None
        assert row.levend_sleutel == expected, f"betaling {row.id} ({row.status}): living key {row.levend_sleutel}"
        if row.status == BetalingStatus.BETAALD:
            enough = row.ontvangen_cent >= (row.aanvaard_cent or row.bedrag_cent)
            assert enough, f"betaling {row.id} is paid with too little"


def _toewijzingen(session: Session) -> None:
    """The toewijzingen of a betaling are its amount; a productregel is never allotted for more than it costs."""
    amounts: dict[int, int] = defaultdict(int)
    regels = {row.id: row for row in _all(session, ProductregelRow)}
    for row in _all(session, ToewijzingRow):
        amounts[row.betaling_id] += row.bedrag_cent
        assert row.bedrag_cent <= regels[row.productregel_id].bedrag_cent
    for betaling in _all(session, BetalingRow):
        assert amounts[betaling.id] == betaling.bedrag_cent, f"toewijzingen of betaling {betaling.id}"


def _terugbetalingen(session: Session) -> None:
    """What is reserved on a toewijzing and a betaling is what movements hold, and never more than there is; one of our own
    takes the whole of its amount, one that we did not ask for at most what was left."""
    held: dict[int, int] = defaultdict(int)
    own: dict[int, int] = defaultdict(int)
    others: dict[int, int] = defaultdict(int)
    for row in _all(session, TerugbetalingRow):
        lines = _lines_of(session, TerugbetalingRegelRow, TerugbetalingRegelRow.terugbetaling_id == row.id)
        assert sum(lines.values()) <= row.bedrag_cent, f"terugbetaling {row.nummer}"
        assert row.status != "EXTERN" or not lines, f"terugbetaling {row.nummer}"
        if TerugbetalingStatus(row.status) in UNDER_WAY | GIVEN_BACK:
            (others if row.status == "GEKOPPELD" else own)[row.betaling_id] += row.bedrag_cent
            for toewijzing_id, cents in lines.items():
                held[toewijzing_id] += cents
    for taken in _all(session, TerugboekingRow):
        if taken.status != "GEWONNEN":
            others[taken.betaling_id] += taken.bedrag_cent
            where = TerugboekingRegelRow.terugboeking_id == taken.id
            for toewijzing_id, cents in _lines_of(session, TerugboekingRegelRow, where).items():
                held[toewijzing_id] += cents
    on_regels: dict[int, int] = defaultdict(int)
    for row in _all(session, ToewijzingRow):
        assert row.gereserveerd_cent == held[row.id] <= row.bedrag_cent, f"toewijzing {row.id}"
        on_regels[row.betaling_id] += row.gereserveerd_cent
    for row in _all(session, BetalingRow):
        wanted = min(own[row.id] + others[row.id], row.ontvangen_cent)
        assert row.gereserveerd_cent == wanted, f"betaling {row.id}: {row.gereserveerd_cent} reserved, not {wanted}"
        assert row.meer_gereserveerd_cent == wanted - on_regels[row.id], f"betaling {row.id}"


def _lines_of(session: Session, row_class: type[Any], where: Any) -> dict[int, int]:
    rows = session.execute(select(row_class.toewijzing_id, row_class.bedrag_cent).where(where))
    return dict(rows.all())


def _live_mandjes(session: Session) -> set[int]:
    return {row.winkelmandje_id for row in _all(session, BetalingRow) if BetalingStatus(row.status) in LIVE}


def _derived(session: Session) -> None:
    """What is stored of a betaalopdracht is what follows from the facts."""
    rows = _all(session, BetaalopdrachtRow)
    derived = betaalopdracht_standen(session, rows, live_mandjes=_live_mandjes(session))
    for row in rows:
        wanted = derived[row.id]
        stored = (row.status, row.ontvangen_cent, row.terugbetaald_cent, row.teruggeboekt_cent, row.leverbaar)
        facts = (wanted.status, wanted.ontvangen_cent, wanted.terugbetaald_cent, wanted.teruggeboekt_cent)
        assert stored == (*facts, wanted.leverbaar), f"betaalopdracht {row.kenmerk}: {stored}, but {wanted}"
        ended = row.status in _ENDED or row.aanvaard_op is not None
        free = ended or row.herroepen_op is not None
        assert (row.levend_sleutel is None) == free, f"betaalopdracht {row.kenmerk}: key"
        assert (row.betaald_op is not None) >= (row.status == BetaalopdrachtStatus.BETAALD)


def _winkelmandjes(session: Session) -> None:
    """Total and status of a winkelmandje follow from what lies in it; an emptied one is open."""
    inside: dict[int, list[BetaalopdrachtRow]] = defaultdict(list)
    for row in _all(session, BetaalopdrachtRow):
        inside[row.winkelmandje_id].append(row)
    regels: dict[int, int] = defaultdict(int)
    for regel in _all(session, ProductregelRow):
        regels[regel.betaalopdracht_id] += regel.bedrag_cent
    for rows in inside.values():
        assert all(row.totaal_cent == regels[row.id] for row in rows), "a betaalopdracht is not the sum of its regels"
    live = _live_mandjes(session)
    for mandje in _all(session, WinkelmandjeRow):
        assert mandje.totaal_cent == sum(row.totaal_cent for row in inside[mandje.id]), mandje.kenmerk
        statuses = [BetaalopdrachtStatus(row.status) for row in inside[mandje.id]]
        wanted = derive_winkelmandje(statuses, live=mandje.id in live)
        assert mandje.status == wanted, f"winkelmandje {mandje.kenmerk} is {mandje.status}, but {wanted}"


def _lines(session: Session) -> dict[int, list[BoekingsregelRow]]:
    found: dict[int, list[BoekingsregelRow]] = defaultdict(list)
    for row in _all(session, BoekingsregelRow):
        found[row.journaalpost_id].append(row)
    return found


def _journaalposten(session: Session) -> None:
    """Every journaalpost balances, and each of its lines is debet or credit."""
    lines = _lines(session)
    for post in _all(session, JournaalpostRow):
        debet = sum(line.debet_cent for line in lines[post.id])
        assert debet == sum(line.credit_cent for line in lines[post.id]) > 0, f"{post.nummer} does not balance"
        assert all((line.debet_cent > 0) != (line.credit_cent > 0) for line in lines[post.id])
        assert (post.boekstuknummer is not None) == (post.status == "GEBOEKT"), post.nummer


def _proceeds(session: Session) -> None:
    """Each betaalopdracht of a paid betaling is booked once: every productregel on its own line, or all of it aside."""
    posts, lines = {post.sleutel: post for post in _all(session, JournaalpostRow)}, _lines(session)
    revoked = {row.id for row in _all(session, BetaalopdrachtRow) if row.herroepen_op is not None}
    registered = {row.betaling_id for row in _all(session, RegistratieRow)}
    waiting = {
        (row.betaling_id, row.betaalopdracht_id)
        for row in _all(session, UitvalRow)
        if row.soort == "CONFIG_ONGELDIG" and row.status != "OPGELOST"
    }
    wanted = set()
    for (betaling_id, opdracht_id), paid in _paid(session).items():
        post = posts.get(f"BETAALD:{betaling_id}:{opdracht_id}")
        undone = betaling_id in registered and opdracht_id in revoked
        reversal = posts.get(f"HERROEPEN:{betaling_id}:{opdracht_id}")
        if post is None:
            known = (betaling_id, opdracht_id) in waiting or undone
            assert known and reversal is None, f"betaalopdracht {opdracht_id} was paid but never booked"
            continue
        assert (reversal is not None) == undone, post.sleutel
        if reversal is not None:
            assert _net(lines[post.id], lines[reversal.id]) == {}, f"{post.sleutel} is not undone line by line"
        wanted.add(post.sleutel)
        assert sum(line.debet_cent for line in lines[post.id]) == sum(paid.values()), post.sleutel
        if post.soort == "BETAALD":
            _per_regel(lines[post.id], paid)
    extra = {sleutel for sleutel in posts if sleutel.startswith("BETAALD:")} - wanted
    assert not extra, f"booked without having been paid: {extra}"


def _net(*posts: Sequence[BoekingsregelRow]) -> dict[tuple[Any, ...], int]:
    """What remains per account, kostenplaats, project, btw and productregel."""
    left: dict[tuple[Any, ...], int] = defaultdict(int)
    for line in (line for post in posts for line in post):
        key = (line.grootboekrekening, line.kostenplaats, line.project, line.btw, line.productregel_id)
        left[key] += line.debet_cent - line.credit_cent
    return {key: cents for key, cents in left.items() if cents}


def _paid(session: Session) -> dict[tuple[int, int], dict[int, int]]:
    """Per paid betaling and betaalopdracht: the cents of each productregel."""
    found: dict[tuple[int, int], dict[int, int]] = defaultdict(dict)
    rows = session.execute(
        select(ToewijzingRow, ProductregelRow.betaalopdracht_id)
        .join(ProductregelRow, ProductregelRow.id == ToewijzingRow.productregel_id)
        .join(BetalingRow, BetalingRow.id == ToewijzingRow.betaling_id)
        .where(BetalingRow.status == BetalingStatus.BETAALD)
    )
    for toewijzing, opdracht_id in rows:
        found[toewijzing.betaling_id, opdracht_id][toewijzing.productregel_id] = toewijzing.bedrag_cent
    return found


def _per_regel(lines: Sequence[BoekingsregelRow], paid: Mapping[int, int]) -> None:
    booked = {line.productregel_id: line for line in lines if line.productregel_id is not None}
    assert len(booked) == sum(line.productregel_id is not None for line in lines), "a productregel is booked twice"
    for regel_id, cents in paid.items():
        line = booked[regel_id]
        assert line.credit_cent == cents - btw_deel(cents, BtwCode(line.btw)), f"productregel {regel_id}"


def _at_erp(session: Session, booked: Sequence[Listing]) -> None:
    """What the ERP booked is what the register says that it booked, once and line by line."""
    lines = _lines(session)
    ours = {post.nummer: post for post in _all(session, JournaalpostRow)}
    theirs = {one["journaalpostnummer"]: one for one in booked}
    assert len(theirs) == len(booked)
    numbers = [one["boekstuknummer"] for one in booked if one["boekstuknummer"]]
    assert len(numbers) == len(set(numbers)), "a boekstuknummer was given twice"
    assert set(theirs) <= set(ours), "the ERP has journaalposten that the register does not know"
    for nummer, post in ours.items():
        if post.status == "GEBOEKT":
            assert theirs[nummer]["boekstuknummer"] == post.boekstuknummer, nummer
        if nummer in theirs and theirs[nummer]["boekstuknummer"]:
            seen = [(line["debet_cent"], line["credit_cent"]) for line in theirs[nummer]["regels"]]
            assert seen == [(line.debet_cent, line.credit_cent) for line in lines[post.id]], nummer


def _versies(session: Session, productsysteem: Listing) -> None:
    """The product system has what it confirmed, never more; each versie came into effect at most once, in order."""
    has = {one["betaalkenmerk"]: one for one in productsysteem["standen"]}
    effects: dict[str, list[int]] = defaultdict(list)
    for bericht in productsysteem["berichten"]:
        if bericht["toegepast"]:
            effects[bericht["betaalkenmerk"]].append(bericht["versie"])
    for kenmerk, versies in effects.items():
        assert versies == sorted(set(versies)), f"{kenmerk} was told {versies}"
    for row in _all(session, BetaalopdrachtRow):
        assert row.versie_bevestigd <= row.versie_gewenst
        stand = has.get(row.kenmerk)
        assert (stand["versie"] if stand else 1) >= row.versie_bevestigd, f"{row.kenmerk} was never told"
        if stand and row.versie_bevestigd == row.versie_gewenst:
            told = (stand["versie"], stand["status"], stand["leverbaar"], stand["ontvangen_cent"])
            assert told == (row.versie_gewenst, row.status, row.leverbaar, row.ontvangen_cent), row.kenmerk


def _feed(session: Session) -> None:
    """The feed misses none: every versie of every betaalopdracht is in it once; what is numbered has no gap and rises."""
    rows = session.scalars(select(WijzigingRow).order_by(WijzigingRow.zender_id, WijzigingRow.nummer)).all()
    stood: dict[int, list[WijzigingRow]] = defaultdict(list)
    numbered: dict[int, list[WijzigingRow]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row.versie):
        stood[row.betaalopdracht_id].append(row)
    for row in rows:
        if row.nummer > 0:
            numbered[row.zender_id].append(row)
    for opdracht in _all(session, BetaalopdrachtRow):
        told = stood[opdracht.id]
        assert [row.versie for row in told] == list(range(1, opdracht.versie_gewenst + 1)), opdracht.kenmerk
        last = told[-1]
        was = (last.leverbaar, last.ontvangen_cent, last.terugbetaald_cent, last.teruggeboekt_cent)
        now = (opdracht.leverbaar, opdracht.ontvangen_cent, opdracht.terugbetaald_cent, opdracht.teruggeboekt_cent)
        assert was == now and (last.status == opdracht.status or {last.status, opdracht.status} <= _FLAPS)
    for teller in session.scalars(select(WijzigingTellerRow)):
        _numbers(numbered[teller.zender_id], teller.laatste)


def _numbers(feed: Sequence[WijzigingRow], laatste: int) -> None:
    """The numbers of one zender: each once, and rising with the versie of a betaalopdracht."""
    assert [row.nummer for row in feed] == list(range(1, laatste + 1))
    reached: dict[int, int] = defaultdict(int)
    for row in feed:
        assert row.versie == reached[row.betaalopdracht_id] + 1, f"wijziging {row.nummer} comes too early"
        reached[row.betaalopdracht_id] = row.versie


def _history(session: Session) -> None:
    """The gebeurtenissen tell each status in an unbroken chain that ends in the present one."""
    chains: dict[tuple[str, int], list[GebeurtenisRow]] = defaultdict(list)
    for row in _all(session, GebeurtenisRow):
        if row.naar is not None and row.soort != "STATUSBERICHT":
            chains[row.onderwerp, row.onderwerp_id].append(row)
    told = {
        "BETALING": BetalingRow,
        "BETAALOPDRACHT": BetaalopdrachtRow,
        "UITVAL": UitvalRow,
        "TERUGBETALING": TerugbetalingRow,
        "TERUGBOEKING": TerugboekingRow,
    }
    for onderwerp, row_class in told.items():
        for row in _all(session, row_class):
            _chain(f"{onderwerp} {row.id}", chains[onderwerp, row.id], row.status)
    for row in _all(session, ProductregelRow):
        chain = chains["PRODUCTREGEL", row.id]
        assert chain or row.levering == "NIET_GEMELD"
        if chain:
            _chain(f"PRODUCTREGEL {row.id}", chain, row.levering, born=False)
    for row in _all(session, WinkelmandjeRow):
        chain = chains["WINKELMANDJE", row.id]
        assert chain or row.status == "OPEN"
        if chain:
            assert chain[0].van == "OPEN"
            _chain(f"WINKELMANDJE {row.id}", [*chain], row.status, born=False)
    for row in _all(session, JournaalpostRow):
        last = chains["JOURNAALPOST", row.id][-1].naar
        assert row.status in ("IN_BATCH", "VERZONDEN") or last == row.status, f"journaalpost {row.nummer}: {last}"


def _chain(name: str, chain: Sequence[GebeurtenisRow], status: str, *, born: bool = True) -> None:
    steps = [(row.van, row.naar) for row in chain]
    assert steps, f"{name} has no history"
    assert not born or steps[0][0] is None, f"{name} begins in the middle: {steps}"
    for before, after in zip(steps, steps[1:], strict=False):
        assert before[1] == after[0], f"{name} has a gap: {steps}"
    assert steps[-1][1] == status, f"{name} is {status}, but its history says {steps}"


def check_outbox(session: Session) -> None:
    """Nothing is held by nobody, and what is dead has told a person."""
    told = {row.betaalopdracht_id for row in _all(session, UitvalRow)} | {None}
    for row in _all(session, OutboxRow):
        assert row.state != "L", f"{row.soort} {row.object_id} is still leased"
        assert row.state != "X" or len(told) > 1, f"{row.soort} {row.object_id} died in silence"
        assert (row.token is None) == (row.state != "L")
