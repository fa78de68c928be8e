"""Makes `import spyne` work on Python 3.11 to 3.13, and takes away three of its habits: gc in a request, logs, warnings.

Spyne 2.14.0 carries a patched copy of six whose import hook speaks only `find_module`/`load_module`, which Python 3.12
removed. This loads that same copy and gives its hook `find_spec`; nothing of Spyne itself is changed. Python 3.13 also
needs the package `legacy-cgi`, since Spyne imports `cgi`.
"""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import logging
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

_SIX = "spyne.util.six"


class _SixFinder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Answers for the lazy modules of Spyne's own six (`spyne.util.six.moves` and below) in the protocol of today."""

    def __init__(self, six: Any) -> None:
        self._importer = six._importer

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """The spec of a lazy module that six knows, None for every other name."""
        if fullname in self._importer.known_modules:
            return importlib.util.spec_from_loader(fullname, self)
        return None

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        """The lazy module itself, which six makes."""
        module: ModuleType = self._importer.load_module(spec.name)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Nothing is left to run: six has filled the module."""


def _load_six() -> None:
    """Load Spyne's copy of six before Spyne does, with a finder of today in place of its own import hook."""
    package = importlib.util.find_spec("spyne")
    if package is None or package.origin is None or _SIX in sys.modules:
        return
    spec = importlib.util.spec_from_file_location(_SIX, Path(package.origin).parent / "util" / "six.py")
    if spec is None or spec.loader is None:
        return
    six: Any = importlib.util.module_from_spec(spec)
    sys.modules[_SIX] = six
    spec.loader.exec_module(six)
    hooks: list[Any] = sys.meta_path
    hooks[:] = [hook for hook in hooks if hook is not six._importer] + [_SixFinder(six)]


def _silence() -> None:
    """Close Spyne's loggers: they write whole messages and exception texts, so received values (soap.md, 3.5)."""
    logger = logging.getLogger("spyne")
    logger.handlers = [logging.NullHandler()]
    logger.propagate = False
    logger.setLevel(logging.CRITICAL + 1)


def _import() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # `cgi` is deprecated in 3.11 and 3.12; the cure is Spyne's to bring
        importlib.import_module("spyne.protocol.soap")
        constants: Any = importlib.import_module("spyne.const")
    # Stock Spyne runs a full gc.collect() inside a request, once a second per process (soap.md, 5.2).
    constants.MIN_GC_INTERVAL = float("inf")


_load_six()
_silence()
_import()
