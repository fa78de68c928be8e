"""All scenes, from every part."""

from __future__ import annotations

from tests.browser import (
    scenes_fouten,
    scenes_hulp,
    scenes_mail,
    scenes_mandje,
    scenes_nieuws,
    scenes_stand,
    scenes_zelden,
)
from tests.browser.toneel import SCENES

__all__ = ["PARTS", "SCENES"]

PARTS = (
    scenes_mandje,
    scenes_nieuws,
    scenes_stand,
    scenes_zelden,
    scenes_fouten,
    scenes_hulp,
    scenes_mail,
)  # each puts its scenes on the list when it is imported
