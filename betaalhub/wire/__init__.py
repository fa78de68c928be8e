"""SOAP mechanics that know no domain: contract files, the strict door, hardened Spyne, serving; used by hub and simulators."""

from betaalhub.wire import spyne_compat

__all__ = ["spyne_compat"]
