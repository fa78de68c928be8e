"""Rights kept as rows of an owner: makes the list exactly what it should be, and tells what that changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session


def keep_only(
    session: Session, row_class: type[Any], owner: Mapping[str, int], column: str, values: Iterable[str | int]
) -> tuple[list[Any], list[Any]]:
    """Exactly these values of one column for this owner; gives what came and what went, sorted."""
    query = select(row_class)
    for name, number in owner.items():
        query = query.where(getattr(row_class, name) == number)
    rows = {getattr(row, column): row for row in session.scalars(query)}
    wanted = set(values)
    came, went = sorted(wanted - rows.keys()), sorted(rows.keys() - wanted)
    for value in went:
        session.delete(rows[value])
    for value in came:
        session.add(row_class(**owner, **{column: value}))
    session.flush()
    return came, went


def told(name: str, came: Iterable[Any], went: Iterable[Any]) -> dict[str, str | int | None]:
    """The change of a list for a gebeurtenis; empty when there was none."""
    parts = {f"{name}_erbij": ", ".join(map(str, came)), f"{name}_eraf": ", ".join(map(str, went))}
    return {key: text for key, text in parts.items() if text}
