"""Every exception that the house raises, as one tree, and what is known of a call that failed.

BetaalhubError
├── ConfigurationError      a setting is missing, malformed or unknown; names the setting
├── Refusal                 a rule of the trade says no; carries every finding at once
├── NotFound                asked for by a key that is not there (or not yours)
├── IllegalTransition       the status table does not hold this step: our own mistake
├── LeaseLost               another worker took over this piece of work
├── Moved                   what was looked up lay elsewhere once the locks were there: do the transaction again
├── NoWayBack               a migration is not undone, since facts would be lost; says which
├── NeighbourError          a call to a PSP, ERP or product system failed; carries the Outcome
└── ContractError           a message of ours does not fit the contract
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    """What is known of a call that failed (domain.md, section 5)."""

    NOT_DONE = "NOT_DONE"  # surely never arrived: may be sent again as it is
    REFUSED = "REFUSED"  # the neighbour answered: nothing happened, and repeating does not help
    UNKNOWN = "UNKNOWN"  # it may have happened: ask, never assume


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong with a message: its code, the element's path, the line and the broken facet.

    `omschrijving` is Dutch, built from element and rule; a received value is never echoed. `regel` is the line in the
    message as received (1-based), or 0 where there is none.
    """

    code: str
    element: str
    omschrijving: str
    regel: int = 0
    facet: str | None = None


class BetaalhubError(Exception):
    """The root of the tree."""


class ConfigurationError(BetaalhubError):
    """A setting that cannot be worked with; the text names the setting and how to mend it."""


class Refusal(BetaalhubError):
    """A rule of the trade refuses a request. `code` is one of the fault catalogue in `betaalhub/soap/faults.py`."""

    def __init__(self, code: str, omschrijving: str, findings: tuple[Finding, ...] = ()) -> None:
        super().__init__(f"{code}: {omschrijving}")
        self.code = code
        self.omschrijving = omschrijving
        self.findings = findings


class NotFound(BetaalhubError):
    """Nothing lies under this key, or it is not the caller's: the two are deliberately one answer."""


class IllegalTransition(BetaalhubError):
    """A status step that is not in the table."""


class LeaseLost(BetaalhubError):
    """The lease on a piece of work ran out and somebody else has it: the outcome must not be written."""


class Moved(BetaalhubError):
    """Somebody else was faster between our look and our lock, with a betaalopdracht that went to another winkelmandje or with
    work that is claimed: `with_retries` starts again."""


MISCONFIGURED = "MISCONFIGURED"  # a NeighbourError's code: the neighbour does not know our credentials or our address


class NoWayBack(BetaalhubError):
    """A migration cannot be undone: the text (Dutch) begins with its revision and says what would be lost."""


class NeighbourError(BetaalhubError):
    """A call to a neighbour failed: what is known of it, and the neighbour's own code. Never carries a message body."""

    def __init__(self, outcome: Outcome, code: str, *, neighbour: str) -> None:
        super().__init__(f"{neighbour}: {outcome} ({code})")
        self.outcome = outcome
        self.code = code
        self.neighbour = neighbour


class ContractError(BetaalhubError):
    """A message that we made ourselves does not fit the contract."""
