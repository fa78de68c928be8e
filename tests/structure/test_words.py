"""Two languages, one rule: a noun of the trade is Dutch as in the XSD, every other word is English."""

from __future__ import annotations

from functools import cache

from lxml import etree

from betaalhub.resources import wsdl_path
from tests.structure.house import identifiers, modules, words

# The English word that somebody may reach for, and the noun of the house.
ENGLISH_NOUNS = {
    "payment": "betaling",
    "payments": "betalingen",
    "cart": "winkelmandje",
    "carts": "winkelmandjes",
    "basket": "winkelmandje",
    "sender": "zender",
    "senders": "zenders",
    "customer": "klant",
    "customers": "klanten",
    "payer": "betaler",
    "delivery": "levering",
    "deliveries": "leveringen",
    "allocation": "toewijzing",
    "allocations": "toewijzingen",
    "chargeback": "terugboeking",
    "chargebacks": "terugboekingen",
    "ledger": "grootboek",
    "invoice": "betaalopdracht",
    "tenant": "administratie",
}
# Names of something else: the states of a page, as the design of the portal calls them.
OTHER_MEANING = {"CART"}
# The Dutch verb that somebody may write, and the word of the house.
DUTCH_VERBS = {
    "haal": "get",
    "maak": "make",
    "zoek": "find",
    "lees": "read",
    "schrijf": "write",
    "stuur": "send",
    "verstuur": "send",
    "geef": "give",
    "bewaar": "store",
    "bereken": "compute",
    "voeg": "add",
    "verwijder": "remove",
}


def test_nouns_of_the_trade_are_dutch() -> None:
    """In the hub. A neighbour's own words live in its connector."""
    strangers = [
        f"{m.path}:{line} {name}: say {ENGLISH_NOUNS[word]}"
        for m in modules("betaalhub")
        for line, name in identifiers(m)
        for word in words(name)
        if word in ENGLISH_NOUNS and name not in OTHER_MEANING
    ]
    assert not strangers


def test_module_names_follow_the_same_rule() -> None:
    strangers = [m.path for m in modules("betaalhub") if set(words(m.path.removesuffix(".py"))) & ENGLISH_NOUNS.keys()]
    assert not strangers


def test_verbs_are_english() -> None:
    """But for the operations of the contract, whose names are verbatim in `soap/`."""
    strangers = [
        f"{m.path}:{f.lineno} {f.name}: say {DUTCH_VERBS[words(f.name)[0]]}"
        for m in modules()
        for f in m.functions()
        if words(f.name)[:1] and words(f.name)[0] in DUTCH_VERBS
        if not (m.path.startswith("betaalhub/soap/") and tuple(words(f.name)) in _operations())
    ]
    assert not strangers


@cache
def _operations() -> set[tuple[str, ...]]:
    found = etree.parse(wsdl_path("betaalhub-v1.wsdl")).iterfind("{*}portType/{*}operation")
    return {tuple(words(node.get("name"))) for node in found}


def test_the_nouns_are_used() -> None:
    used = {
        word
        for m in modules("betaalhub/domain", "betaalhub/storage", "betaalhub/flows")
        for _, name in identifiers(m)
        for word in words(name)
    }
    nouns = {
        "administratie",
        "zender",
        "betaalopdracht",
        "productregel",
        "winkelmandje",
        "betaling",
        "toewijzing",
        "kenmerk",
        "journaalpost",
        "boekingsregel",
        "gebeurtenis",
        "uitval",
        "levering",
    }
    assert not nouns - used
