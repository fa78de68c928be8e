"""Complete payments a second in a town on several nodes: two hubs, three workers, nginx and PostgreSQL, each a process of its own.

    python -m benchmarks.load --seconds 60 --citizens 8            how fast, p50 and p95 per step, what citizens and callers saw
    python -m benchmarks.load --reconcile --chaos --seed 7         everything is killed at random, and then not a cent may be missing

With `--reconcile` every difference between citizens, product systems, feed, register, PSP and ERP is told, and the exit code is 1 when
there is one. The same seed makes the same plans; which request a kill hits is up to the clock.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.nodes.chaos import Kind
from tests.nodes.load import Outcome, Plan, run
from tests.nodes.reconcile import counts
from tests.nodes.town import NodesTown, Size, town


def main() -> None:
    """Run, and print."""
    given = _arguments()
    if given.chaos != Kind.NOTHING and not given.reconcile:
        sys.exit("--chaos wants --reconcile: what was killed must be proved whole")
    folder = Path(given.map or tempfile.mkdtemp(prefix="betaalhub-load-"))
    folder.mkdir(parents=True, exist_ok=True)
    plan = Plan(given.seconds, given.citizens, given.seed, Kind(given.chaos), given.story)
    size = Size(given.hubs, given.processes, given.workers, given.concurrency)
    print(f"Load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores; folder {folder}; {plan}; {size}", flush=True)
    began = time.monotonic()
    with town(folder, size) as running:
        outcome = run(running, plan, reconciled=given.reconcile, say=lambda text: print(text, flush=True))
        _print(running, outcome, given)
    print(f"\n{time.monotonic() - began:.0f} s in all, load {os.getloadavg()[0]:.1f} at the end")
    sys.exit(1 if outcome.differences else 0)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n\n")[0])
    parser.add_argument("--seconds", type=float, default=60, help="how long citizens come (60)")
    parser.add_argument("--citizens", type=int, default=8, help="citizens at once, each without a pause (8)")
    parser.add_argument("--seed", type=int, default=1, help="the dice (1)")
    kinds = [one.value for one in Kind if one is not Kind.NOTHING]
    parser.add_argument(
        "--chaos", nargs="?", const="everything", default="nothing", choices=kinds,
        help="kill, freeze, reload and stop at random meanwhile; `rolling`: only reload and restart, node by node",
    )  # fmt: skip
    parser.add_argument("--reconcile", action="store_true", help="afterwards, compare everything with everything")
    parser.add_argument("--story", default="", help="only this story of tests/nodes/zaken.py, as `pays`")
    parser.add_argument("--hubs", type=int, default=2)
    parser.add_argument("--processes", type=int, default=2, help="of each hub (2)")
    parser.add_argument("--workers", type=int, default=3)
    parser.add_argument("--concurrency", type=int, default=2, help="of each worker (2)")
    parser.add_argument("--map", help="a new folder for logs and simulators (a temporary one)")
    return parser.parse_args()


def _print(running: NodesTown, outcome: Outcome, given: argparse.Namespace) -> None:
    zaken = outcome.ledger.zaken
    paid = [zaak for zaak in zaken if zaak.paid_at_psp or zaak.paid_at_counter]
    whole = outcome.load_seconds + outcome.drain_seconds
    print(
        f"\n| zaken | paid | load s | drain s | paid/s in the load | paid, told and booked/s in all |\n|{'---:|' * 6}"
    )
    print(
        f"| {len(zaken)} | {len(paid)} | {outcome.load_seconds:.1f} | {outcome.drain_seconds:.1f} "
        f"| {len(paid) / outcome.load_seconds:.2f} | {len(paid) / whole:.2f} |"
    )
    if seconds := sorted(zaak.seconds for zaak in zaken if zaak.story == "pays" and zaak.seconds):
        print(
            f'\nA payment from page to "U hebt betaald": p50 {_part(seconds, 0.5):.2f} s, p95 {_part(seconds, 0.95):.2f} s'
        )
    print(f"\n| step | answers | p50 ms | p95 ms | longest ms |\n|---|{'---:|' * 4}")
    for step, count, *times in outcome.measures.rows():
        print(f"| {step} | {count} | " + " | ".join(f"{one:.0f}" for one in times) + " |")
    print("\n| CPU of | seconds | ms per paid |\n|---|---:|---:|")
    for kind, seconds_ in outcome.cpu.items():
        print(f"| {kind} | {seconds_:.1f} | {1000 * seconds_ / max(1, len(paid)):.0f} |")
    _print_errors(outcome)
    if outcome.happened:
        print("\nWhat was done to the town:", *outcome.happened, sep="\n  ")
    if given.reconcile:
        print(f"\nIn the register: {counts(running)}; stories: {dict(Counter(zaak.story for zaak in zaken))}")
        print(f"Differences: {len(outcome.differences)}", *outcome.differences[:50], sep="\n  ")


def _print_errors(outcome: Outcome) -> None:
    if not outcome.measures.errors:
        print("\nNobody saw an error.")
        return
    print("\n| seen by citizens and callers | how | times |\n|---|---|---:|")
    for (step, how), times in sorted(outcome.measures.errors.items()):
        print(f"| {step} | {how} | {times} |")


def _part(ordered: list[float], part: float) -> float:
    return ordered[min(len(ordered) - 1, int(part * len(ordered)))]


if __name__ == "__main__":
    main()
