"""The arithmetic of WCAG 2.2: how far two colours differ in lightness, as a ratio from 1 (equal) to 21 (black and white)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tinycss2.color4 import parse_color

Rgb = tuple[float, float, float]  # red, green and blue of sRGB, each 0 to 1
_KNOWN = ("srgb", "hsl", "hwb")
_DARK, _POWER = 0.04045, 2.4  # of the sRGB curve


def _only(tokens: Sequence[Any]) -> Any:
    """The one token that is not white space; None when there are more."""
    told = [one for one in tokens if one.type != "whitespace"]
    return told[0] if len(told) == 1 else None


def read_colour(value: str | Sequence[Any], *, on: Rgb = (1.0, 1.0, 1.0)) -> Rgb | None:
    """A colour as CSS writes it (#14508c, rgb(), hsl(), a name; text or parsed tokens). What it lets through, is of `on`, the
    colour behind it. None for what is no colour, or one of which the value in sRGB is not known."""
    given: Any = value
    if not isinstance(given, str):
        tokens = [one for one in given if one.type != "whitespace"]
        given = tokens[0] if len(tokens) == 1 else ""
    found = parse_color(given)
    if found is None or isinstance(found, str) or found.space not in _KNOWN:  # `currentcolor` is told as a word
        return None
    srgb = found.to("srgb")
    red, green, blue = (
        round((min(max(own or 0.0, 0.0), 1.0) * srgb.alpha + below * (1 - srgb.alpha)) * 255) / 255  # as it is painted
        for own, below in zip(srgb.coordinates, on, strict=True)
    )
    return red, green, blue


def luminance(colour: Rgb) -> float:
    """Relative luminance: 0 for black, 1 for white."""
    red, green, blue = (part / 12.92 if part <= _DARK else ((part + 0.055) / 1.055) ** _POWER for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: Rgb, other: Rgb) -> float:
    """The contrast ratio, whichever of the two is in front."""
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def written(colour: Rgb) -> str:
    """As #rrggbb."""
    return "#" + "".join(f"{round(part * 255):02x}" for part in colour)
