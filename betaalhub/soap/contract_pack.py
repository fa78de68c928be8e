"""The contract pack: everything an integrator needs in one zip, made once at the start and served at `?pack`."""

from __future__ import annotations

from functools import lru_cache
from xml.sax.saxutils import quoteattr

from betaalhub.errors import ConfigurationError
from betaalhub.resources import paper_paths, voorbeeld_paths, wsdl_path, xsd_path
from betaalhub.soap.soapui import soapui_project
from betaalhub.wire.contract_files import ContractFiles
from betaalhub.wire.download import Download, make_zip

OURS = "betaalhub-v1.wsdl"
WSDLS = (OURS, "betaalstatus-v1.wsdl", "grootboek-v1.wsdl")
XSDS = ("betaalhub-typen-v1.xsd", "betaalhub-berichten-v1.xsd", "betaalstatus-v1.xsd", "grootboek-v1.xsd")
SOAPUI = "soapui/betaalhub-v1-soapui-project.xml"
# What the pack may hold at most; far more than it does. Every process keeps it in memory.
MAX_BYTES = 8 * 1024 * 1024

_EXAMPLE_ADDRESS = 'location="http://localhost:8080/soap/v1"'
_LEESMIJ = """Het contract van Betaalhub, versie 1

Begin met docs/koppelen.md.

wsdl/              de WSDL's; betaalhub-v1.wsdl heeft het adres van deze Betaalhub
wsdl/voorbeelden/  van elk bericht een voorbeeld: vraag, antwoord en fout
xsd/               de schema's waar de WSDL's naar verwijzen
docs/              uitleg: koppelen, het contract, alle foutcodes
soapui/            een project voor SoapUI met alle operaties

Dienst: {url}
"""


@lru_cache(maxsize=4)  # every address of this process, and no more of the many that tests have
def contract_pack(url: str) -> Download:
    """The zip for the hub at this public address: the files as they are written, with relative imports.

    Only soap:address of our own service differs from the files. Raises ConfigurationError when a file is missing, when
    the example address is not in the WSDL, or when the pack grows beyond MAX_BYTES.
    """
    files = {f"wsdl/{name}": wsdl_path(name).read_bytes() for name in WSDLS}
    files[f"wsdl/{OURS}"] = _addressed(files[f"wsdl/{OURS}"].decode(), url).encode()
    files |= {f"xsd/{name}": xsd_path(name).read_bytes() for name in XSDS}
    voorbeelden = {path.name: path.read_bytes() for path in voorbeeld_paths()}
    files |= {f"wsdl/voorbeelden/{name}": content for name, content in voorbeelden.items()}
    files |= {name: path.read_bytes() for name, path in paper_paths().items()}
    files[SOAPUI] = soapui_project([ContractFiles(wsdl_path(name)) for name in WSDLS], voorbeelden, url)
    files["LEESMIJ.txt"] = _LEESMIJ.format(url=url).encode()
    if sum(map(len, files.values())) > MAX_BYTES:
        raise ConfigurationError(f"Het contractpakket is groter dan {MAX_BYTES} bytes.")
    return Download("betaalhub-contract-v1.zip", "application/zip", make_zip(files))


def _addressed(wsdl: str, url: str) -> str:
    if wsdl.count(_EXAMPLE_ADDRESS) != 1:
        raise ConfigurationError(f"In {OURS} staat niet precies één keer {_EXAMPLE_ADDRESS}.")
    return wsdl.replace(_EXAMPLE_ADDRESS, f"location={quoteattr(url)}")
