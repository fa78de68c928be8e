"""The application for gunicorn: `gunicorn -c python:betaalhub.gunicorn_conf betaalhub.wsgi:application`."""

from __future__ import annotations

from betaalhub.app import make_application
from betaalhub.logs import configure_logging
from betaalhub.settings import Settings

_settings = Settings.from_env()
configure_logging(_settings.log_level, _settings.log_format == "json")
application = make_application(_settings)
