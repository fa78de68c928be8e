"""The hub under gunicorn, as a site may change it: `betaalhub serve --config deploy/gunicorn.conf.py`, or gunicorn itself.

Everything comes from the settings (deploy/env.example) through betaalhub.gunicorn_conf, where each value has its reason.
Below the import a site writes only what it wants otherwise.
"""

from betaalhub.gunicorn_conf import *

# A Unix socket spares a port and lets the file system say who may connect (the nginx example can use either):
#     bind = ["unix:/run/betaalhub/hub.sock"]
