"""The messages of the other operations that only read."""

from __future__ import annotations

from betaalhub.soap.types.parts import (
    Gevonden,
    Overzichtregel,
    Product,
    Stuurgegevens,
    StuurgegevensAntwoord,
    Wijziging,
)
from betaalhub.soap.types.simple import (
    BER,
    BedragInCenten,
    Betaalkenmerk,
    Betaalopdrachtstatuskeuze,
    Datum,
    Kenmerk,
    KlantKenmerk,
    MaximumGevonden,
    MaximumWijzigingen,
    Productcode,
    Vervolg,
    Wijzigingsnummer,
)
from betaalhub.wire.service import (
    Boolean,
    ComplexModel,
    optional,
    repeated,
    required,
)


class VraagWijzigingen(ComplexModel):
    """Vraagt de gemelde wijzigingen van deze zender die na een nummer kwamen, de oudste eerst. Wie een week stil lag, is met deze vraag weer bij."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(Stuurgegevens)),
        ("Vanaf", optional(Wijzigingsnummer)),
        ("Maximum", optional(MaximumWijzigingen)),
    ]


class VraagWijzigingenResponse(ComplexModel):
    """De wijzigingen in volgorde. Bewaar Volgende pas als u alle wijzigingen hebt verwerkt."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(StuurgegevensAntwoord)),
        ("Wijziging", repeated(Wijziging, at_least=0, at_most=500)),
        ("Volgende", required(Wijzigingsnummer)),
        ("Compleet", required(Boolean)),
    ]


class ZoekBetalingen(ComplexModel):
    """Zoekt betaalopdrachten van deze zender. Geef een periode van hooguit 366 dagen, of een Zaaknummer, KlantKenmerk of Betaalkenmerk. Alles wat u meegeeft, moet kloppen."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(Stuurgegevens)),
        ("Vanaf", optional(Datum)),
        ("TotEnMet", optional(Datum)),
        ("Status", repeated(Betaalopdrachtstatuskeuze, at_least=0, at_most=10)),
        ("Productcode", optional(Productcode)),
        ("Zaaknummer", optional(Kenmerk)),
        ("BedragVanafInCenten", optional(BedragInCenten)),
        ("BedragTotEnMetInCenten", optional(BedragInCenten)),
        ("KlantKenmerk", optional(KlantKenmerk)),
        ("Betaalkenmerk", optional(Betaalkenmerk)),
        ("Maximum", optional(MaximumGevonden)),
        ("Vervolg", optional(Vervolg)),
    ]


class ZoekBetalingenResponse(ComplexModel):
    """De gevonden betaalopdrachten, de nieuwste eerst."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(StuurgegevensAntwoord)),
        ("Gevonden", repeated(Gevonden, at_least=0, at_most=100)),
        ("Vervolg", optional(Vervolg)),
    ]


class VraagProducten(ComplexModel):
    """Vraagt welke producten deze zender mag verkopen, met hun geldigheid en prijsregel."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(Stuurgegevens)),
        ("GeldigOp", optional(Datum)),
    ]


class VraagProductenResponse(ComplexModel):
    """De producten die deze zender mag verkopen."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(StuurgegevensAntwoord)),
        ("Product", repeated(Product, at_least=0, at_most=1000)),
    ]


class VraagKlantoverzicht(ComplexModel):
    """Vraagt, voor een e-loket met dat recht, alle open en recente betaalopdrachten van één klant, van alle productsystemen."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(Stuurgegevens)),
        ("KlantKenmerk", required(KlantKenmerk)),
        ("Vervolg", optional(Vervolg)),
    ]


class VraagKlantoverzichtResponse(ComplexModel):
    """De betaalopdrachten van de klant, de nieuwste eerst."""

    __namespace__ = BER
    _type_info = [
        ("Stuurgegevens", required(StuurgegevensAntwoord)),
        ("Overzichtregel", repeated(Overzichtregel, at_least=0, at_most=100)),
        ("Vervolg", optional(Vervolg)),
    ]
