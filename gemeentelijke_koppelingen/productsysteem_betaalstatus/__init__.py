"""A product system, or the ESB before it, that implements our contract betaalstatus-v1."""

from gemeentelijke_koppelingen.productsysteem_betaalstatus.client import BetaalstatusProductsysteem

__all__ = ["BetaalstatusProductsysteem"]
