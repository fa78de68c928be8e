"""Judges a thema: what a person with poor sight, or who reads with large letters, would meet; and what is easily forgotten."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from betaalhub.web.static_files import FOLDER
from betaalhub.web.texts import Taal, load_texts
from betaalhub.web.themas.colours import Rgb, contrast, read_colour, written
from betaalhub.web.themas.pairs import PAIRS, PAPER, Pair
from betaalhub.web.themas.thema import STYLE, Thema
from betaalhub.web.themas.themas import DESCRIPTION
from betaalhub.web.themas.tokens import Tokens, read_tokens, resolve, told

FLOOR = "betaalhub.css"  # our style sheet: a complete set of tokens, under those of every thema
_PX = re.compile(r"(?<![\w-])((?:--)?[\w-]*(?:font-size|line-height)|font)\s*:\s*[^;{}]*?(?<![\w.])\d*\.?\d+px", re.I)
_REM = re.compile(r"(\d*\.?\d+)rem")
_LICENCES = re.compile(r"(licen[cst]|readme|leesmij)", re.I)
_JE, _U = re.compile(r"\b(je|jij|jou|jouw)\b", re.I), re.compile(r"\b(u|uw)\b", re.I)
_OURS = re.compile(r"(theme\.css|fix\.css|theme\.json|logo\.svg|fonts|teksten|\..*)")


@dataclass(frozen=True, slots=True)
class Found:
    """Something about a thema: `wrong` keeps it from being used, else it is good to know. `text` is Dutch."""

    text: str
    wrong: bool = True


def floor() -> Tokens:
    """The tokens of our own style sheet."""
    return read_tokens((FOLDER / FLOOR).read_text("utf-8"), "")


def find_colours(thema: Thema) -> list[Found]:
    """Each pair of colours of our pages that differs too little in this thema, with the token to change and what would do."""
    below = floor()
    own = read_tokens(_css(thema), thema.css_class)
    tokens = {**below, **own}
    found = []
    if STYLE in thema.files and not own:
        found.append(Found(f"theme.css zet geen enkel token op .{thema.css_class}; klopt class in {DESCRIPTION}?"))
    paper, _ = _colour(tokens, PAPER, (1.0, 1.0, 1.0))
    told_before: set[tuple[str, str]] = set()
    for pair in PAIRS:
        behind, behind_token = _colour(tokens, pair.behind, paper or (1.0, 1.0, 1.0))
        front, front_token = _colour(tokens, pair.front, behind or (1.0, 1.0, 1.0))
        if front is None or behind is None:
            token = behind_token if behind is None else front_token
            found.append(Found(f"{pair.what}: {_unreadable(tokens, token)}"))
        elif (ratio := contrast(front, behind)) < pair.ratio:
            changed = _changeable(below, own, front_token), _changeable(below, own, behind_token)
            if changed not in told_before:
                found.append(Found(_too_little(pair, (front, behind), ratio, changed)))
            told_before.add(changed)
    return found


def find_letters(thema: Thema) -> list[Found]:
    """Sizes that do not follow the reader's own, and headings that are larger than the one above them."""
    names = sorted({match[1] for match in _PX.finditer(_css(thema))})
    found = (
        [Found(f"in px, en volgt dus niet wat de lezer instelt: {', '.join(names)}. Schrijf het in rem (16px is 1rem)")]
        if names
        else []
    )
    tokens = {**floor(), **read_tokens(_css(thema), thema.css_class)}
    sizes = {level: _rem(tokens, f"--utrecht-heading-{level}-font-size") for level in (1, 2, 3)}
    for upper, lower in ((1, 2), (2, 3)):
        above, under = sizes[upper], sizes[lower]
        if above is not None and under is not None and under > above:
            found.append(
                Found(
                    f"--utrecht-heading-{lower}-font-size ({under:g}rem) is groter dan die van heading-{upper} ({above:g}rem); "
                    "een kop is niet groter dan de kop erboven"
                )
            )
    return found


def find_texts(thema: Thema) -> list[Found]:
    """Texts that say u in a thema that says je: a page must not do so by turns."""
    ours, own = load_texts()[Taal.NL].messages, thema.texts[Taal.NL].messages
    if not any(_JE.search(text) for key, text in own.items() if text != ours[key]):
        return []
    still = sorted(key for key, text in own.items() if _U.search(text))
    if not still:
        return []
    names = ", ".join(still[:3]) + (" …" if len(still) > 3 else "")
    return [Found(f"teksten/nl.po zegt je, en {len(still)} teksten zeggen nog u: {names}", wrong=False)]


def find_files(folder: Path) -> list[Found]:
    """A licence that is not told, and files that nobody will see."""
    found = []
    names = sorted(path.name for path in folder.iterdir())
    if not any(_LICENCES.match(name) for name in names):
        found.append(
            Found(
                "zet in LICENTIE.md van wie stijl, logo en lettertypen zijn, en dat u ze voor het betaalportaal mag gebruiken"
            )
        )
    fonts = [path.name for path in folder.glob("fonts/*")]
    if fonts and not any(_LICENCES.match(name) or name.startswith("OFL") for name in [*fonts, *names]):
        found.append(Found("zet bij fonts/ de licentie van de lettertypen", wrong=False))
    found += [
        Found(f"{name} wordt niet gebruikt; bestanden met een andere naam toont het portaal niet", wrong=False)
        for name in names
        if not _OURS.fullmatch(name) and not _LICENCES.match(name)
    ]
    return found


def find_hosts(thema: Thema, *, links: frozenset[str] | None, standard: bool) -> list[Found]:
    """A thema that nobody would ever see. `links`: the hosts with which our links begin, None when they are not known."""
    if standard or thema.administratie or links is None or not links.isdisjoint(thema.hosts):
        return []
    if thema.hosts:
        strangers = ", ".join(thema.hosts)
        return [
            Found(
                f"{strangers}: geen link naar een winkelmandje begint daarmee; geef in {DESCRIPTION} ook administratie, dan krijgt "
                "elk winkelmandje van die gemeente dit thema, en met BETAALHUB_PUBLIC_URLS beginnen haar links met haar eigen adres",
                wrong=False,
            )
        ]
    return [
        Found(
            f"niemand ziet dit thema: geef in {DESCRIPTION} hosts of administratie, of zet BETAALHUB_THEME={thema.naam}"
        )
    ]


def _css(thema: Thema) -> str:
    return thema.files[STYLE].content.decode() if STYLE in thema.files else ""


def _colour(tokens: Tokens, names: tuple[str, ...], on: Rgb) -> tuple[Rgb | None, str]:
    """The colour of the first of these tokens that is set, and which one that is."""
    name = next((one for one in names if resolve(tokens, one) is not None), names[-1])
    value = resolve(tokens, name)
    return (read_colour(value, on=on) if value is not None else None), name


def _unreadable(tokens: Tokens, token: str) -> str:
    value = told(resolve(tokens, token))
    if not value:
        return f"{token} heeft geen waarde; kijk of elke var(--…) erin bestaat"
    return (
        f"{token} is {value}; daarvan is het contrast niet uit te rekenen, schrijf de kleur als #rrggbb, rgb() of hsl()"
    )


def _changeable(below: Tokens, own: Tokens, token: str) -> str:
    """The token to change: where the thema says nothing of it and our style sheet takes another one for it, that other one."""
    while token not in own and token in below:
        value = [one for one in below[token] if one.type != "whitespace"]
        if len(value) != 1 or value[0].type != "function" or value[0].lower_name != "var":
            break
        token = next(one.value for one in value[0].arguments if one.type == "ident")
    return token


def _too_little(pair: Pair, colours: tuple[Rgb, Rgb], ratio: float, changed: tuple[str, str]) -> str:
    front, behind = colours
    return (
        f"{pair.what}: {written(front)} op {written(behind)} is {_ratio(ratio)}, nodig is {_ratio(pair.ratio)}. "
        f"Verander {changed[0]} (bijvoorbeeld {written(enough(front, behind, pair.ratio))}) of {changed[1]}"
    )


def enough(front: Rgb, behind: Rgb, ratio: float) -> Rgb:
    """The colour nearest to `front`, on its way to black or to white, that differs enough from `behind` (ratio up to 4.5)."""
    black, white = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)
    end = max((black, white), key=lambda one: contrast(one, behind))
    for step in range(256):
        part = step / 255
        red, green, blue = (
            round((own * (1 - part) + there * part) * 255) / 255 for own, there in zip(front, end, strict=True)
        )
        if contrast((red, green, blue), behind) >= ratio:
            return red, green, blue
    return end


def _ratio(ratio: float) -> str:
    """As people write it, cut off and not rounded: 4,49 is not enough."""
    return f"{int(ratio * 100) / 100:.2f}".replace(".", ",") + ":1"


def _rem(tokens: Tokens, name: str) -> float | None:
    match = _REM.fullmatch(told(resolve(tokens, name)))
    return float(match[1]) if match else None
