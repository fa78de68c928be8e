"""Worldline Direct, Hosted Checkout: the connector, and the closed tables that read its words."""

from gemeentelijke_koppelingen.psp_worldline.client import WorldlinePsp

__all__ = ["WorldlinePsp"]
