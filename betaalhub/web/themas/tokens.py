"""The custom properties (tokens) that hold on a page: those of our style sheet as a floor, those of a thema over them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import tinycss2

Tokens = Mapping[str, list[Any]]  # the parsed value of each custom property
_ON_HTML = re.compile(r"(?:html|:root|:where\(\s*(?:html|:root)\s*\)|\.[\w-]+)+")
_ALSO_INSIDE = frozenset({"layer", "supports"})


def read_tokens(css: str, css_class: str) -> dict[str, list[Any]]:
    """The custom properties that this style sheet sets on `<html class="…">`, the strongest declaration of each. Only what
    holds always: nothing inside @media."""
    found: dict[str, tuple[tuple[bool, int, int], list[Any]]] = {}
    for order, (selector, declaration) in enumerate(_declarations(css)):
        if not declaration.name.startswith("--") or not _is_root(selector, css_class):
            continue
        strength = (declaration.important, _specificity(selector), order)
        if declaration.name not in found or found[declaration.name][0] < strength:
            found[declaration.name] = (strength, declaration.value)
    return {name: value for name, (_, value) in found.items()}


def resolve(tokens: Tokens, name: str, seen: frozenset[str] = frozenset()) -> list[Any] | None:
    """The value of a custom property with every var() filled in. None where CSS too would have nothing: it is not set, refers
    to itself, or to what is not set."""
    if name not in tokens or name in seen:
        return None
    return _filled(tokens, tokens[name], seen | {name})


def told(value: list[Any] | None) -> str:
    """A value as it is written."""
    return tinycss2.serialize(value).strip() if value else ""


def _filled(tokens: Tokens, value: list[Any], seen: frozenset[str]) -> list[Any] | None:
    found: list[Any] = []
    for one in value:
        if one.type != "function" or one.lower_name != "var":
            found.append(one)
            continue
        inside = [part for part in one.arguments if part.type not in ("whitespace", "comment")]
        part = resolve(tokens, inside[0].value, seen) if inside else None
        if part is None and len(inside) > 2:  # a name, a comma, and what to take else
            part = _filled(tokens, inside[2:], seen)
        if part is None:
            return None
        found.extend(part)
    return [one for one in found if one.type not in ("whitespace", "comment")]


def _declarations(css: str) -> Iterator[tuple[str, Any]]:
    """(selector, declaration) in the order of the style sheet; a list of selectors gives one each."""
    yield from _of_rules(tinycss2.parse_stylesheet(css, skip_comments=True, skip_whitespace=True))


def _of_rules(rules: list[Any]) -> Iterator[tuple[str, Any]]:
    for rule in rules:
        if rule.type == "at-rule" and rule.lower_at_keyword in _ALSO_INSIDE and rule.content:
            yield from _of_rules(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))
        elif rule.type == "qualified-rule":
            selectors = [one.strip() for one in tinycss2.serialize(rule.prelude).split(",")]
            for one in tinycss2.parse_blocks_contents(rule.content, skip_comments=True, skip_whitespace=True):
                if one.type == "declaration":
                    yield from ((selector, one) for selector in selectors)


def _is_root(selector: str, css_class: str) -> bool:
    """Whether a selector means <html> with this class and nothing else."""
    return bool(_ON_HTML.fullmatch(selector)) and set(re.findall(r"\.([\w-]+)", selector)) <= {css_class}


def _specificity(selector: str) -> int:
    """Of a selector that means <html>: classes count for ten, elements for one, :where() for nothing."""
    plain = re.sub(r":where\([^)]*\)", "", selector)
    return 10 * (plain.count(".") + plain.count(":root")) + plain.startswith("html")
