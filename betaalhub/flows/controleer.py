"""The end-to-end ping: who are you to us, and is the register there."""

from __future__ import annotations

from sqlalchemy.orm import Session

from betaalhub.flows.access import Aanroeper, require_zender


def controleer(session: Session, *, aanroeper: Aanroeper, zender: str) -> str:
    """The name of the zender as the register knows it; Refusal NIET_GEAUTORISEERD when the caller may not speak for it."""
    return require_zender(session, aanroeper, zender, "Controleer").naam
