"""`make interop`: installs foreign SOAP clients, lets them talk to a running hub, and writes docs/interop.md."""

from __future__ import annotations

import argparse
import html
import os
import shutil
import signal
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from tests.interop.clients import CLIENTS, Client
from tests.interop.debian import Packages
from tests.interop.hub import Served, running_hub
from tests.interop.judge import COLUMNS, Verdict, facts, judge
from tests.interop.processes import Ended, run
from tests.interop.table import Row, render, worse

HERE = Path(__file__).resolve().parent
TOP = HERE.parents[1]
PAGE = TOP / "docs" / "interop.md"
BUILD = TOP / "build" / "interop"
INSTALL_SECONDS, BUILD_SECONDS, RUN_SECONDS = 180.0, 180.0, 60.0
TERUG = "http://127.0.0.1:8093/terug?zaak=1&stap=2"


def say(text: str) -> None:
    sys.stdout.write(f"interop: {text}\n")
    sys.stdout.flush()


class Leg:
    """One run: the clock that bounds it, the running hub, and what came of each client."""

    def __init__(self, hub: Served, build: Path, minutes: float) -> None:
        self._hub, self._build_in, self._until = hub, build, time.monotonic() + 60 * minutes
        self._packages = Packages(say, self.left)
        self._installed: dict[str, str] = {}  # per folder "" or why not

    def left(self) -> float:
        return self._until - time.monotonic()

    def rows(self, client: Client) -> Iterator[Row]:
        """The rows of a client, one per version of SOAP; all skipped when it can't be installed."""
        reason = self._install(client)
        builds = {} if reason else {form: self._build(client, form) for form in client.forms}
        for soap in client.soap:
            if reason:
                yield Row(client.title, client.obligatory, soap, "", {}, "", (), skipped=reason)
            else:
                verdicts = {form: self._judged(client, soap, form, built) for form, built in builds.items()}
                yield _row(client, soap, verdicts)

    def _install(self, client: Client) -> str:
        if self.left() < 0:
            return "no time left"
        if reason := self._packages.provide(client.needs):
            return reason
        script = HERE / client.folder / "install.sh"
        if client.folder not in self._installed and script.exists():
            say(f"{client.title}: installing")
            folder = self._build_in / client.folder
            folder.mkdir(parents=True, exist_ok=True)
            ended = self._step(client, script, folder, {}, INSTALL_SECONDS)
            self._installed[client.folder] = "" if ended.good else f"install.sh: {ended.reason}"
        return self._installed.get(client.folder, "")

    def _build(self, client: Client, form: str) -> str:
        """Make the client's classes from the WSDL as it is served now; gives "" or why that failed."""
        folder = self._build_in / client.folder / form
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        script = HERE / client.folder / "build.sh"
        if not script.exists():
            return ""
        ended = self._step(client, script, folder, self._env(client, "", form), BUILD_SECONDS)
        say(f"{client.title}, ?{form}: {'built' if ended.good else 'not built'} in {ended.seconds:.1f} s")
        return "" if ended.good else f"build.sh: {ended.reason}"

    def _judged(self, client: Client, soap: str, form: str, built: str) -> Verdict:
        name = f"{client.title}, SOAP {soap}, ?{form}"
        if built:
            say(f"{name}: NOT GOOD: {built}")
            return Verdict(dict.fromkeys(COLUMNS, built), "", (), "")
        folder = self._build_in / client.folder / form
        ended = self._step(client, HERE / client.folder / "run.sh", folder, self._env(client, soap, form), RUN_SECONDS)
        verdict = judge(facts(ended.out), _page)
        wrong = [f"{column}: {text}" for column, text in verdict.wrong.items() if text]
        say(f"{name}: {'good' if verdict.good else 'NOT GOOD'} in {ended.seconds:.1f} s")
        for line in wrong:
            say(f"    {line}")
        if not ended.good:
            say(f"    {ended.reason}")
        return verdict

    def _step(self, client: Client, script: Path, folder: Path, env: dict[str, str], seconds: float) -> Ended:
        fixed = {"INTEROP_HERE": str(HERE / client.folder), "INTEROP_TOP": str(TOP), "INTEROP_PYTHON": sys.executable}
        # Installing may need the proxy of this site; the hub is on this machine, and some clients would ask the proxy for it.
        others = {
            name: value
            for name, value in os.environ.items()
            if script.name == "install.sh" or not name.lower().endswith("_proxy")
        }
        command = ["sh", "-eu", str(script), client.program]
        whole = {**others, "LC_ALL": "C.UTF-8", "TZ": "Europe/Amsterdam", **fixed, **env}
        return run(command, cwd=folder, env=whole, seconds=min(seconds, self.left()))

    def _env(self, client: Client, soap: str, form: str) -> dict[str, str]:
        name = (client.program or client.folder).partition(".")[0]
        return {
            "INTEROP_WSDL": f"{self._hub.address}?{form}",
            "INTEROP_SOAP": soap,
            "INTEROP_NAAM": self._hub.naam,
            "INTEROP_GEHEIM": self._hub.geheim,
            "INTEROP_TERUG": TERUG,
            "INTEROP_RUN": f"{name}-{soap}-{form}",
        }


def _page(url: str) -> str:
    """The betaalpagina as a citizen reads it."""
    with urllib.request.urlopen(url, timeout=20) as answer:
        return html.unescape(answer.read().decode("utf-8"))


def _row(client: Client, soap: str, verdicts: dict[str, Verdict]) -> Row:
    """One row of the verdicts over the forms of the WSDL; what is wrong in one form only says in which."""
    cells = {}
    for column in COLUMNS:
        wrong = {form: verdict.wrong[column] for form, verdict in verdicts.items() if verdict.wrong[column]}
        where = "" if len(wrong) == len(verdicts) else f" (?{', ?'.join(wrong)})"
        cells[column] = next(iter(wrong.values())) + where if wrong else ""
    last = list(verdicts.values())[-1]
    as_text = (f"as text: {', '.join(last.as_text)}",) if last.as_text else ()
    remarks = (*as_text, *([client.remark] if client.remark else []))
    return Row(client.title, client.obligatory, soap, last.version, cells, last.manner, remarks)


def exit_code(rows: Iterable[Row], *, in_ci: bool) -> int:
    """1 when an obligatory client failed, or could not be installed where CI counts on it."""
    return int(any(row.obligatory and (row.failed or (in_ci and bool(row.skipped))) for row in rows))


def tell(rows: list[Row], *, write: bool) -> None:
    """Write the page, or leave it and tell what this run found; what failed and what was skipped comes last, by name."""
    for line in worse(rows, PAGE.read_text(encoding="utf-8")) if PAGE.exists() else []:
        say(f"worse than docs/interop.md says: {line}")
    page = render(rows, datetime.now(UTC).date())
    if write:
        PAGE.write_text(page, encoding="utf-8")
        say(f"wrote {PAGE.relative_to(TOP)}")
    else:
        say("docs/interop.md is left as it is; this run found:\n\n" + page[page.index("| client |") :])
    for row in rows:
        if row.failed:
            say(f"FAILED{' (obligatory)' if row.obligatory else ''}: {row.key}")
    for row in rows:
        if row.skipped:
            say(f"skipped{' (obligatory)' if row.obligatory else ''}: {row.key}: {row.skipped}")


def main() -> None:
    """Run the leg; exit code 1 when an obligatory client fails, or in CI can't be installed."""
    names = [client.program.partition(".")[0] or client.folder for client in CLIENTS]
    parser = argparse.ArgumentParser(description="Foreign SOAP clients against a running hub; writes docs/interop.md.")
    parser.add_argument("--only", nargs="+", choices=names, metavar="CLIENT", help=f"only these: {' '.join(names)}")
    parser.add_argument("--minutes", type=float, default=15, help="the longest that all may take (15)")
    given = parser.parse_args()
    chosen = [client for client, name in zip(CLIENTS, names, strict=True) if name in (given.only or names)]
    begin = time.monotonic()
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # a stop from outside is as clean as Ctrl-C
    with tempfile.TemporaryDirectory(prefix="betaalhub-interop-") as folder, running_hub(Path(folder)) as hub:
        say(f"the hub is at {hub.address}")
        leg = Leg(hub, BUILD, given.minutes)
        rows = [row for client in chosen for row in leg.rows(client)]
    say(f"{len(rows)} rows in {time.monotonic() - begin:.0f} s")
    in_ci = bool(os.environ.get("CI"))
    tell(rows, write=not in_ci and len(chosen) == len(CLIENTS))
    sys.exit(exit_code(rows, in_ci=in_ci))


if __name__ == "__main__":
    main()
