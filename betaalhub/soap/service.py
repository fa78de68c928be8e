"""The operations of `wsdl/betaalhub-v1.wsdl`, one method each; `reading` and `writing` answer them."""

from __future__ import annotations

from typing import Any

from betaalhub.hub import Hub
from betaalhub.soap import reading, types, writing
from betaalhub.wire.service import ServiceBase, operation

_FAULTS = (types.BetaalhubFout,)


def betaalhub_service(hub: Hub) -> type[ServiceBase]:
    """The Spyne service of this hub. The docstrings of its operations are the contract's own texts (a test compares)."""

    class Betaalhub(ServiceBase):
        """The service for product systems."""

        @operation(types.StartBetaling, types.StartBetalingResponse, faults=_FAULTS)
        def StartBetaling(ctx: Any, message: Any) -> types.StartBetalingResponse:
            """Biedt een betaalopdracht aan. Antwoordt met het betaalkenmerk en het adres waar de betaler kan betalen. Veilig te herhalen met hetzelfde Referentienummer."""
            return writing.start_betaling(hub, ctx.udc.caller, message)

        @operation(types.VraagBetaalstatus, types.VraagBetaalstatusResponse, faults=_FAULTS)
        def VraagBetaalstatus(ctx: Any, message: Any) -> types.VraagBetaalstatusResponse:
            """Geeft de stand van één betaalopdracht van de zender, op Betaalkenmerk of op het eigen Kenmerk."""
            return reading.vraag_betaalstatus(hub, ctx.udc.caller, message)

        @operation(types.VraagWijzigingen, types.VraagWijzigingenResponse, faults=_FAULTS)
        def VraagWijzigingen(ctx: Any, message: Any) -> types.VraagWijzigingenResponse:
            """Geeft de gemelde wijzigingen van de zender na een nummer, in volgorde. Genoeg voor een systeem dat geen statusberichten kan ontvangen."""
            return reading.vraag_wijzigingen(hub, ctx.udc.caller, message)

        @operation(types.ZoekBetalingen, types.ZoekBetalingenResponse, faults=_FAULTS)
        def ZoekBetalingen(ctx: Any, message: Any) -> types.ZoekBetalingenResponse:
            """Zoekt betaalopdrachten van de zender, de nieuwste eerst, een bladzijde tegelijk."""
            return reading.zoek_betalingen(hub, ctx.udc.caller, message)

        @operation(types.TrekBetalingIn, types.TrekBetalingInResponse, faults=_FAULTS)
        def TrekBetalingIn(ctx: Any, message: Any) -> types.TrekBetalingInResponse:
            """Trekt een onbetaalde betaalopdracht in. Wordt geweigerd terwijl er een betaling loopt. Veilig te herhalen met hetzelfde Referentienummer."""
            return writing.trek_betaling_in(hub, ctx.udc.caller, message)

        @operation(types.VraagTerugbetaling, types.VraagTerugbetalingResponse, faults=_FAULTS)
        def VraagTerugbetaling(ctx: Any, message: Any) -> types.VraagTerugbetalingResponse:
            """Vraagt om terugbetalen, geheel of per productregel. Veilig te herhalen met hetzelfde Referentienummer."""
            return writing.vraag_terugbetaling(hub, ctx.udc.caller, message)

        @operation(types.RegistreerBetaling, types.RegistreerBetalingResponse, faults=_FAULTS)
        def RegistreerBetaling(ctx: Any, message: Any) -> types.RegistreerBetalingResponse:
            """Registreert een betaling die buiten het betaalportaal is ontvangen, voor het hele bedrag. Wordt geweigerd terwijl er online wordt betaald. Veilig te herhalen met hetzelfde Referentienummer."""
            return writing.registreer_betaling(hub, ctx.udc.caller, message)

        @operation(types.HerroepRegistratie, types.HerroepRegistratieResponse, faults=_FAULTS)
        def HerroepRegistratie(ctx: Any, message: Any) -> types.HerroepRegistratieResponse:
            """Herroept een registratie die niet klopt; de boeking wordt tegengeboekt. Veilig te herhalen met hetzelfde Referentienummer."""
            return writing.herroep_registratie(hub, ctx.udc.caller, message)

        @operation(types.MeldLevering, types.MeldLeveringResponse, faults=_FAULTS)
        def MeldLevering(ctx: Any, message: Any) -> types.MeldLeveringResponse:
            """Legt per productregel vast hoe ver de levering is. Veilig te herhalen met hetzelfde Referentienummer."""
            return writing.meld_levering(hub, ctx.udc.caller, message)

        @operation(types.VraagProducten, types.VraagProductenResponse, faults=_FAULTS)
        def VraagProducten(ctx: Any, message: Any) -> types.VraagProductenResponse:
            """Geeft de producten die de zender mag verkopen, met geldigheid en prijsregel."""
            return reading.vraag_producten(hub, ctx.udc.caller, message)

        @operation(types.VraagKlantoverzicht, types.VraagKlantoverzichtResponse, faults=_FAULTS)
        def VraagKlantoverzicht(ctx: Any, message: Any) -> types.VraagKlantoverzichtResponse:
            """Geeft, voor een e-loket met dat recht, de open en recente betaalopdrachten van één klant over alle productsystemen heen."""
            return reading.vraag_klantoverzicht(hub, ctx.udc.caller, message)

        @operation(types.Controleer, types.ControleerResponse, faults=_FAULTS)
        def Controleer(ctx: Any, message: Any) -> types.ControleerResponse:
            """Controleert de verbinding van begin tot eind: wie bent u voor Betaalhub, welke versies draaien, is het register bereikbaar."""
            return reading.controleer(hub, ctx.udc.caller, message)

    return Betaalhub
