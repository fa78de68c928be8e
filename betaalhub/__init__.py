"""Betaalhub: the payment hub between a municipality's product systems, its payment providers and its ledger."""

__version__ = "0.5.0"
