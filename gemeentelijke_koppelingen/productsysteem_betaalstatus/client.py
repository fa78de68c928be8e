"""betaalstatus-v1 as a ProductsysteemPort: SOAP by zeep, with HTTP Basic where the receiver wants it."""

from __future__ import annotations

from datetime import datetime

from betaalhub.ports import BetaalopdrachtStand, Ontvangst
from betaalhub.resources import wsdl_path
from gemeentelijke_koppelingen.http_exchange import Endpoint
from gemeentelijke_koppelingen.productsysteem_betaalstatus import mapping
from gemeentelijke_koppelingen.soap_client import SoapClient

NEIGHBOUR = "productsysteem"
WSDL = "betaalstatus-v1.wsdl"


class BetaalstatusProductsysteem:
    """One address for statusberichten. Stateless and safe to share between threads."""

    def __init__(
        self,
        url: str,
        user: str | None = None,
        password: str | None = None,
        *,
        zender: str = "BETAALHUB",
        timeout: float = 10.0,
        verify_tls: bool = True,
        ca_file: str | None = None,
    ) -> None:
        """`zender` is the hub's own code towards the receiver, `timeout` seconds per call (the contract asks 10)."""
        endpoint = Endpoint(url, NEIGHBOUR, user, password, verify_tls=verify_tls, ca_file=ca_file, timeout=timeout)
        self._soap = SoapClient(wsdl_path(WSDL), endpoint, typed_faults=True)
        self._zender = zender

    def meld_betaalstatus(self, stand: BetaalopdrachtStand, *, referentienummer: str, now: datetime) -> Ontvangst:
        """Tell the present state. Any failure may be repeated: the receiver ignores a Versie that is not newer."""
        head = {"Zender": self._zender, "Referentienummer": referentienummer, "TijdstipBericht": now}
        answer = self._soap.call("MeldBetaalstatus", Stuurgegevens=head, **mapping.stand_values(stand))
        return self._soap.translate(lambda: mapping.ontvangst(answer, referentienummer))
