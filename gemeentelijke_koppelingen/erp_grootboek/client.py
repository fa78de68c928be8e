"""grootboek-v1 as an ErpPort: SOAP by zeep, with HTTP Basic where the ERP wants it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any
from uuid import uuid4

from betaalhub.ports import BoekingsbatchBericht, Boekingsresultaat
from betaalhub.resources import wsdl_path
from gemeentelijke_koppelingen.erp_grootboek import mapping
from gemeentelijke_koppelingen.http_exchange import Endpoint
from gemeentelijke_koppelingen.soap_client import SoapClient

NEIGHBOUR = "grootboek"
WSDL = "grootboek-v1.wsdl"


class GrootboekErp:
    """One financial system. Stateless and safe to share between threads."""

    def __init__(
        self,
        url: str,
        user: str | None = None,
        password: str | None = None,
        *,
        zender: str = "BETAALHUB",
        timeout: float = 30.0,
        verify_tls: bool = True,
        ca_file: str | None = None,
        draw_reference: Callable[[], str] = lambda: uuid4().hex,
    ) -> None:
        """`zender` is the hub's own code towards the ERP, `timeout` seconds per call."""
        endpoint = Endpoint(url, NEIGHBOUR, user, password, verify_tls=verify_tls, ca_file=ca_file, timeout=timeout)
        self._soap = SoapClient(wsdl_path(WSDL), endpoint, typed_faults=True)
        self._zender = zender
        self._draw_reference = draw_reference

    def verwerk_boekingsbatch(self, batch: BoekingsbatchBericht, *, now: datetime) -> tuple[Boekingsresultaat, ...]:
        """Book the batch: one result per journaalpost. UNKNOWN: ask with vraag_boekingsbatch, never a new number."""
        reference = self._draw_reference()
        values = mapping.batch_values(batch)
        answer = self._soap.call("VerwerkBoekingsbatch", Stuurgegevens=self._head(reference, now), **values)
        sent = {post.journaalpostnummer for post in batch.journaalposten}
        return self._soap.translate(lambda: _complete(_read(answer, reference, batch.batchnummer), sent))

    def vraag_boekingsbatch(self, batchnummer: str, *, now: datetime) -> tuple[Boekingsresultaat, ...] | None:
        """What became of a batch; None when the ERP never received it."""
        reference = self._draw_reference()
        answer = self._soap.call(
            "VraagBoekingsbatch", Stuurgegevens=self._head(reference, now), Batchnummer=batchnummer
        )
        found = self._soap.translate(lambda: _read(answer, reference, batchnummer))
        return found if answer.Bekend else None

    def _head(self, reference: str, now: datetime) -> dict[str, Any]:
        return {"Zender": self._zender, "Referentienummer": reference, "TijdstipBericht": now}


def _read(answer: Any, reference: str, batchnummer: str) -> tuple[Boekingsresultaat, ...]:
    """The results; ValueError when the answer belongs to another question."""
    if answer.Stuurgegevens.CrossRefnummer != reference or answer.Batchnummer != batchnummer:
        raise ValueError("an answer to another question")
    return mapping.resultaten(answer.Journaalpostresultaat or ())


def _complete(found: tuple[Boekingsresultaat, ...], sent: set[str]) -> tuple[Boekingsresultaat, ...]:
    """The results when they are about exactly what was sent, else ValueError."""
    if {one.journaalpostnummer for one in found} != sent:
        raise ValueError("not one result for each journaalpost")
    return found
