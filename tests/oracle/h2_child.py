"""Puts H2 in the place of the Oracle driver in this process; h2_leg.py sees to it that the tests' own processes import it too."""

from __future__ import annotations

import importlib
import os

from tests.oracle import h2

DRIVER = "cx_Oracle" if "cx_oracle" in os.environ.get("BETAALHUB_TEST_ORACLE_URL", "") else "oracledb"
h2.install(importlib.import_module(DRIVER))
