"""`python -m tests.simulation.sabotage`: breaks each rule on purpose, one at a time, and shows after how many seeds it is seen.

Each mutation is one replacement in a copy of the package; the copy is what the simulation runs then.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
MOST = 60  # seeds that a mutation may survive
AT_ONCE = 2


@dataclass(frozen=True, slots=True)
class Mutation:
    """One rule that is broken: where, and which words take the place of which."""

    rule: str
    file: str
    old: str
    new: str


MUTATIONS = (
    Mutation("an unknown start is called failed", "flows/record_start.py",
             "if error.outcome == Outcome.UNKNOWN:", "if error.outcome == 'NEVER':"),
    Mutation("an unknown word of the PSP is an end", "domain/fold.py",
             "PogingStatus.APPROVED, PogingStatus.UNKNOWN}", "PogingStatus.APPROVED}"),
    Mutation("only the largest attempt counts", "domain/fold.py",
             "received = sum(money_of(poging) for poging in approved if poging.currency == currency)",
             "received = max([money_of(poging) for poging in approved if poging.currency == currency], default=0)"),
    Mutation("any money makes it BETAALD", "domain/fold.py",
             "wanted = accepted_cents or expected_cents", "wanted = 1"),
    Mutation("money that is less is taken for all", "domain/fold.py",
             "or 0 < received < wanted", "or 0 > received"),
    Mutation("a terugbetaling reserves nothing", "flows/terugbetaling.py",
             "    betaling.gereserveerd_cent += bedrag_cent\n", ""),
    Mutation("a refund is sent again after a timeout", "steps/refund.py",
             "if view.may_repeat is None or not capabilities.idempotent_refund or capabilities.repeat_hours is None:\n        return False",
             "return view.may_repeat is not None\n    if view.may_repeat is None:\n        return False"),
    Mutation("a refund without an answer is called failed", "flows/terugbetaling_send.py",
             "elif error.outcome == Outcome.REFUSED and not _may_be_there(row):", "elif error is not None:"),
    Mutation("a refund made by hand is not booked", "flows/boeking_terug.py",
             '    _book_loose(session, row, row.bedrag_cent, f"EXTERN:{row.id}", door, keys=keys)\n', "    return\n"),
    Mutation("what the bank takes back is not booked", "flows/boeking_uitval.py",
             "where, regels = place(session, betaling.id, opdracht.id), taken_of(session, row.id, opdracht.id)",
             "where, regels = Place.NONE, taken_of(session, row.id, opdracht.id)"),
    Mutation("what was booked is booked again", "flows/boeking.py",
             "return session.scalar(select(JournaalpostRow.id).where(JournaalpostRow.sleutel == sleutel)) is not None",
             "return False"),
    Mutation("the versie does not rise with the amounts", "domain/parents.py",
             "return seen != now or (", "return seen != seen or ("),
    Mutation("what was told is taken for what is true", "flows/stand.py",
             "row.versie_bevestigd = max(row.versie_bevestigd, told)", "row.versie_bevestigd = row.versie_gewenst"),
    Mutation("an open circuit is ignored at the checkout", "flows/checkout.py",
             "if not offer.spared", "if offer"),
    Mutation("the same message is done again", "flows/antwoorden.py",
             "    if stored is not None:\n        return same_answer", "    if stored == '':\n        return same_answer"),
    Mutation("money that came late is taken silently", "flows/process_psp_status.py",
             "open_about(session, door, UitvalSoort.LAAT_BETAALD, locked, only=late)", "pass"),
    Mutation("what is paid twice is taken silently", "flows/process_psp_status.py",
             "open_about(session, door, UitvalSoort.DUBBEL_BETAALD, locked, only=double)", "pass"),
    Mutation("nobody looks for what waits too long", "flows/ageing.py",
             "        _next_betaling(session, now, looked)\n        or", "        0\n        and"),
    Mutation("a rejected journaalpost is called booked", "flows/boekingsbatch.py",
             "to = BoekingStatus.GEBOEKT if result.geboekt else BoekingStatus.AFGEKEURD", "to = BoekingStatus.GEBOEKT"),
    Mutation("a betaling that ended keeps its winkelmandje", "flows/change_status.py",
             "str(betaling.winkelmandje_id) if to in LIVE else None", "str(betaling.winkelmandje_id)"),
    Mutation("a BETAALD that is gone is left as it is", "flows/process_psp_status.py",
             "    tell_contradiction(session, locked, verdict, door)\n", ""),
    Mutation("a gebeurtenis is forgotten", "flows/change_status.py",
             'gegevens={"referentie": betaling.psp_referentie},\n    )', 'gegevens={"referentie": betaling.psp_referentie},\n    ) if to != BetalingStatus.VERLOPEN else None'),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """What came of one mutation: the seed that showed it (None: none did), after how many, and by which invariant."""

    mutation: Mutation
    seed: int | None
    seeds: int
    cause: str


def _copy(folder: Path, mutation: Mutation) -> None:
    """The checkout as the simulation needs it, with this rule broken."""
    shutil.copytree(TOP / "betaalhub", folder / "betaalhub", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("gemeentelijke_koppelingen", "tests", "wsdl", "xsd"):
        (folder / name).symlink_to(TOP / name)
    path = folder / "betaalhub" / mutation.file
    text = path.read_text(encoding="utf-8")
    if text.count(mutation.old) != 1:
        raise SystemExit(f"{mutation.rule}: betaalhub/{mutation.file} does not hold once what is to be replaced")
    path.write_text(text.replace(mutation.old, mutation.new), encoding="utf-8")


def tried(mutation: Mutation, most: int) -> Found:
    """Run seeds on the broken copy until one breaks."""
    with tempfile.TemporaryDirectory(prefix="betaalhub_sabotage_") as name:
        folder = Path(name)
        _copy(folder, mutation)
        report = folder / "report.json"
        words = ["--seeds", str(most), "--first", "--no-shrink", "--processes", "1", "--json", str(report)]
        ran = subprocess.run(
            [sys.executable, "-m", "tests.simulation.run", *words], cwd=folder, capture_output=True, text=True
        )
        if not report.exists():
            return Found(mutation, 0, 1, f"does not run: {(ran.stderr.strip().splitlines() or ['?'])[-1][:120]}")
        told = json.loads(report.read_text(encoding="utf-8"))
    if not told["broken"]:
        return Found(mutation, None, told["seeds"], "")
    seed, _, cause = told["broken"][0]
    return Found(mutation, seed, told["seeds"], cause)


def line_of(one: Found) -> str:
    """The result as a row of docs/simulation.md."""
    after = f"{one.seeds} seeds" if one.seed is not None else f"**not in {one.seeds} seeds**"
    return f"| {one.mutation.rule} | {after} | {one.cause.replace('|', '/')[:140]} |"


def main() -> int:
    """Try every mutation, two at a time; 1 when one was not seen. Arguments: at most so many seeds, and a part of a rule."""
    most = int(sys.argv[1]) if len(sys.argv) > 1 else MOST
    chosen = [one for one in MUTATIONS if len(sys.argv) < 3 or sys.argv[2] in one.rule]
    sys.stdout.write("| rule that was broken | seen after | by |\n|---|---|---|\n")
    survived = 0
    with ThreadPoolExecutor(AT_ONCE) as pool:
        for one in pool.map(lambda mutation: tried(mutation, most), chosen):
            survived += one.seed is None
            sys.stdout.write(f"{line_of(one)}\n")
            sys.stdout.flush()
    return int(survived > 0)


if __name__ == "__main__":
    sys.exit(main())
