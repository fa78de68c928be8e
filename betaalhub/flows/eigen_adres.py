"""Which address of the portal the links of an administratie begin with."""

from __future__ import annotations

from sqlalchemy.orm import Session

from betaalhub.flows.keys import Portaal
from betaalhub.storage.tables import AdministratieRow


def portaal_of(session: Session, portaal: Portaal, administratie_id: int) -> Portaal:
    """The portal as the citizens of this administratie know it; one statement, and none where nobody has an address of its own."""
    if not portaal.own_urls:
        return portaal
    return portaal.at(session.get_one(AdministratieRow, administratie_id).code)
