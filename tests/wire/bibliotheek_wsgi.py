"""The library for gunicorn: `tests.wire.bibliotheek_wsgi:application`."""

from tests.wire.bibliotheek import library

application = library()
