"""Writes `docs/faults.md` from the fault catalogue: `python -m betaalhub.soap.fault_docs > docs/faults.md`.

`python -m betaalhub.soap.fault_docs xsd` writes what the contract says about Foutcode; it stands in the XSD by hand.
"""

from __future__ import annotations

import sys

from betaalhub.soap.faults import FOUTEN, Fout, Gebruik

_HEAD = """# De fouten van Betaalhub

Gemaakt uit de foutcatalogus in `betaalhub/soap/faults.py`; niet met de hand wijzigen (`python -m betaalhub.soap.fault_docs > docs/faults.md`).

De lijst kan groeien. Kent u een code niet, kijk dan naar Plek en Herhaalbaar. Plek *client*: verander het bericht en geef het een nieuw Referentienummer.
Plek *server*: herhaal hetzelfde bericht, met hetzelfde Referentienummer, niet eerder dan na WachttijdSeconden.
"""


def markdown() -> str:
    """The whole document."""
    whole = [row for row in FOUTEN.values() if row.gebruik is Gebruik.FOUT]
    findings = [row for row in FOUTEN.values() if row.gebruik is Gebruik.BEVINDING]
    return "\n".join(
        [
            _HEAD,
            "## Fouten\n",
            "| code | betekenis | plek | herhaalbaar | wie moet iets doen | StUF | Digikoppeling |",
            "|---|---|---|---|---|---|---|",
            *map(_row, whole),
            "\n## Bevindingen bij ONGELDIG_BERICHT\n",
            "Ook de codes hierboven kunnen als bevinding voorkomen, als er meer dan één ding niet klopt.\n",
            "| code | betekenis | Digikoppeling |",
            "|---|---|---|",
            *(f"| {row.code} | {row.omschrijving} | {row.digikoppeling} |" for row in findings),
            "\n## Alleen op schermen en de opdrachtregel\n",
            "Deze codes komen niet in berichten voor.\n",
            "| code | betekenis |",
            "|---|---|",
            *(f"| {row.code} | {row.omschrijving} |" for row in FOUTEN.values() if row.gebruik is Gebruik.SCHERM),
            "",
        ]
    )


def xsd_documentation() -> str:
    """The text of `xs:documentation` of the type Foutcode: every code that may come in a message, and what it means."""
    codes = [f"{row.code}: {row.omschrijving}" for row in FOUTEN.values() if row.gebruik is not Gebruik.SCHERM]
    lines = [
        "De code van een fout of bevinding. Wie wat moet doen, staat in docs/faults.md.",
        "Deze lijst kan groeien. Kent u een code niet, kijk dan naar Plek en Herhaalbaar.",
        "Waarden:",
        *codes,
    ]
    return "\n" + "".join(f"        {line}\n" for line in lines) + "      "


def _row(row: Fout) -> str:
    repeat = "ja" if row.herhaalbaar else "nee"
    return (
        f"| {row.code} | {row.omschrijving} | {row.plek} | {repeat} | {row.wie} "
        f"| {row.stuf or '–'} | {row.digikoppeling or '–'} |"
    )


if __name__ == "__main__":
    sys.stdout.write(xsd_documentation() if sys.argv[1:] == ["xsd"] else markdown())
