"""A financial system, or the ESB before it, that implements our contract grootboek-v1."""

from gemeentelijke_koppelingen.erp_grootboek.client import GrootboekErp

__all__ = ["GrootboekErp"]
