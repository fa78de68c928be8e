"""The page that the proxy shows while the hub is away, made from the same texts: `python -m betaalhub.web.proxy_page` writes it.

It stands in deploy/nginx/even-niet/pagina.html; a test compares the two.
"""

from __future__ import annotations

import sys
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from betaalhub.web.texts import Taal, load_texts


def proxy_page() -> str:
    """The page in both languages, for nobody can be asked which one she reads."""
    folder = Path(__file__).resolve().parent / "templates"
    jinja = Environment(
        loader=FileSystemLoader(folder), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    texts = load_texts()
    return jinja.get_template("even_niet.html").render(nl=texts[Taal.NL], en=texts[Taal.EN])


if __name__ == "__main__":
    sys.stdout.write(proxy_page())
