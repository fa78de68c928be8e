"""Docdata (CM.com) Order API 1.3: the connector, and the closed tables that read its words."""

from gemeentelijke_koppelingen.psp_docdata.client import DocdataPsp

__all__ = ["DocdataPsp"]
