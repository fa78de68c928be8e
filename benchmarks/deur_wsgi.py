"""Our door with nothing behind it, for gunicorn: what `benchmarks.per_seconde` and `benchmarks.geheugen` serve."""

from __future__ import annotations

from benchmarks.deuren import our_wire

application = our_wire()
