"""Who may call: how an aansluiting proves itself, what a zender may ask, and what was seen already."""

from __future__ import annotations

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
