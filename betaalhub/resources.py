"""Finds the contract files, with their examples and papers, in a checkout, an editable install and a wheel."""

from __future__ import annotations

from pathlib import Path

from betaalhub.errors import ConfigurationError

_PACKAGE = Path(__file__).resolve().parent
# A wheel carries the top-level folders inside the package; a checkout or editable install has them beside it.
# The same list as in setup.py; a test compares what is found in a wheel with what is found in a checkout.
PAPERS = (
    "docs/koppelen.md",
    "docs/koppelen/*.md",
    "docs/contract.md",
    "docs/faults.md",
    "docs/statuses.md",
    "docs/simulatoren.md",
    "docs/digikoppeling.md",
)
_HOMES = (_PACKAGE / "_contract", _PACKAGE.parent)


def wsdl_path(name: str) -> Path:
    """The path of a WSDL of ours, for example `betaalhub-v1.wsdl`. Raises ConfigurationError when it is not there."""
    return _find("wsdl", name)


def xsd_path(name: str) -> Path:
    """The path of an XSD of ours, for example `betaalhub-typen-v1.xsd`. Raises ConfigurationError likewise."""
    return _find("xsd", name)


def voorbeeld_paths() -> tuple[Path, ...]:
    """The example messages, by name. Raises ConfigurationError when there are none."""
    found = sorted(path for home in _HOMES for path in (home / "wsdl" / "voorbeelden").glob("*.xml"))
    if not found:
        raise ConfigurationError("De voorbeeldberichten ontbreken in wsdl/voorbeelden. Is de installatie volledig?")
    return tuple(found)


def paper_paths() -> dict[str, Path]:
    """What an integrator reads, by its path from the top (`docs/koppelen.md`). Raises ConfigurationError when it is not there."""
    home = next((home for home in _HOMES if (home / PAPERS[0]).is_file()), None)
    if home is None:
        raise ConfigurationError(f"{PAPERS[0]} ontbreekt. Is de installatie volledig?")
    found = sorted(path for pattern in PAPERS for path in home.glob(pattern))
    return {path.relative_to(home).as_posix(): path for path in found}


def _find(folder: str, name: str) -> Path:
    for home in _HOMES:
        path = home / folder / name
        if path.is_file():
            return path
    places = " of ".join(str(home / folder) for home in _HOMES)
    raise ConfigurationError(f"Het contractbestand {name} staat niet in {places}. Is de installatie volledig?")
