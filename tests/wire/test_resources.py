"""The contract files are found wherever the package lies."""

from __future__ import annotations

import pytest

from betaalhub.errors import ConfigurationError
from betaalhub.resources import paper_paths, voorbeeld_paths, wsdl_path, xsd_path


def test_our_contract_files_are_found() -> None:
    assert wsdl_path("betaalhub-v1.wsdl").is_file()
    assert xsd_path("betaalhub-typen-v1.xsd").is_file()


def test_the_examples_and_the_papers_are_found() -> None:
    assert "StartBetaling-vraag.xml" in {path.name for path in voorbeeld_paths()}
    assert {"docs/koppelen.md", "docs/koppelen/berichten.md"} <= paper_paths().keys()


def test_a_file_that_is_not_there_is_named() -> None:
    with pytest.raises(ConfigurationError, match=r"weg\.wsdl"):
        wsdl_path("weg.wsdl")
