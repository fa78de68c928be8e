"""A mail server by SMTP: the connector, and the message that it sends."""

from gemeentelijke_koppelingen.post_smtp.client import SmtpPost

__all__ = ["SmtpPost"]
