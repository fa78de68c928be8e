"""Finds the contract files, in a checkout, an editable install and a wheel."""

from __future__ import annotations

from pathlib import Path

from betaalhub.errors import ConfigurationError

_PACKAGE = Path(__file__).resolve().parent
# A wheel carries the top-level folders inside the package; a checkout or editable install has them beside it.
_HOMES = (_PACKAGE / "_contract", _PACKAGE.parent)


def wsdl_path(name: str) -> Path:
    """The path of a WSDL of ours, for example `betaalhub-v1.wsdl`. Raises ConfigurationError when it is not there."""
    return _find("wsdl", name)


def xsd_path(name: str) -> Path:
    """The path of an XSD of ours, for example `betaalhub-typen-v1.xsd`. Raises ConfigurationError likewise."""
    return _find("xsd", name)


def _find(folder: str, name: str) -> Path:
    for home in _HOMES:
        path = home / folder / name
        if path.is_file():
            return path
    places = " of ".join(str(home / folder) for home in _HOMES)
    raise ConfigurationError(f"Het contractbestand {name} staat niet in {places}. Is de installatie volledig?")
