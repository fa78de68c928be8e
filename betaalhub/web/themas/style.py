"""The style sheet of a thema as it is served: theme.css, and fix.css behind it, which may change what the first says."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import tinycss2

from betaalhub.errors import ConfigurationError

THEME, FIX = "theme.css", "fix.css"
_CHARSET = re.compile(r'^\ufeff?\s*@charset\s+"[^"]*"\s*;', re.IGNORECASE)


def read_style(folder: Path, files: Collection[str]) -> str:
    """The two style sheets as one. `files`: what url() may name. Raises ConfigurationError for a file that is not there, for
    what would be fetched from elsewhere, and for what is no CSS."""
    found = [_read(folder / THEME, files)]
    if (folder / FIX).is_file():
        found.append(_read(folder / FIX, files))
    return "\n".join(found)


def _read(path: Path, files: Collection[str]) -> str:
    try:
        text = _CHARSET.sub("", path.read_text("utf-8"))
    except OSError as error:
        raise ConfigurationError(f"{path}: is niet te lezen ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path}: bewaar dit bestand als UTF-8") from None
    rules = tinycss2.parse_stylesheet(text, skip_comments=True)
    for node in _walk(rules):
        if node.type == "error":
            raise ConfigurationError(f"{path}: regel {node.source_line} is geen goede CSS ({node.message})")
        if node.type == "at-rule" and node.lower_at_keyword == "import":
            raise ConfigurationError(f"{path}: regel {node.source_line}: @import mag niet; zet alles in dit bestand")
        url = _url(node)
        if url is not None and not url.startswith("data:image/") and url not in files:
            raise ConfigurationError(
                f"{path}: regel {node.source_line}: url({url[:80]}) is geen bestand van dit thema; "
                f"zet lettertypen in {path.parent.name}/fonts en noem ze als fonts/naam.woff2"
            )
    return text


def _url(node: Any) -> str | None:
    """The address that a part of a style sheet names."""
    if node.type == "url":
        return str(node.value)
    if node.type == "function" and node.lower_name in ("url", "src"):
        return "".join(str(one.value) for one in node.arguments if one.type == "string")
    return None


def _walk(nodes: list[Any] | None) -> Iterator[Any]:
    """Every part of a style sheet, also what stands inside rules, brackets and functions."""
    for node in nodes or []:
        yield node
        for inside in ("prelude", "content", "arguments"):
            yield from _walk(getattr(node, inside, None))
