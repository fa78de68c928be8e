"""Whether the hub may do on Oracle what it does here: each statement of its own code against the grants for its administrator."""

from __future__ import annotations

from pathlib import Path
from types import FrameType
from typing import Any

import sqlalchemy as sa
from sqlalchemy.sql import visitors

from betaalhub.storage.database_oracle_ddl import RIGHTS

TOP = Path(__file__).resolve().parent.parent
OURS = tuple(str(TOP / room) + "/" for room in ("betaalhub", "gemeentelijke_koppelingen"))
THEIRS = tuple(str(TOP / room) + "/" for room in ("tests", "benchmarks"))
VERBS = {sa.Insert: "INSERT", sa.Update: "UPDATE", sa.Delete: "DELETE"}

# Done once by the owner of the tables, who may do everything, or never on a real register.
OF_THE_OWNER = ("betaalhub/storage/migrations/", "betaalhub/storage/database_oracle_steps.py")

_granted: set[tuple[str, str]] = {(verb, table) for table, rights in RIGHTS.items() for verb in rights}


def lacking_rights(statement: Any) -> list[str]:
    """The rights that this statement needs and that are not granted, such as `UPDATE gebeurtenis`."""
    wanted = [("SELECT", node.name) for node in visitors.iterate(statement) if isinstance(node, sa.Table)]
    wanted += [(verb, statement.table.name) for kind, verb in VERBS.items() if isinstance(statement, kind)]
    return [" ".join(right) for right in dict.fromkeys(wanted) if right not in _granted]


def done_by_the_hub(frame: FrameType | None) -> bool:
    """Is the nearest code that is neither SQLAlchemy's nor this watch that of the hub, and not a test's or a migration's?"""
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(OURS):
            return not file.startswith(tuple(str(TOP / room) for room in OF_THE_OWNER))
        if file.startswith(THEIRS) and "oracle_" not in Path(file).name:
            return False
        frame = frame.f_back
    return False
