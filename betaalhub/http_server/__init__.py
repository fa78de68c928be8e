"""A gunicorn worker that answers plain requests quickly and leaves everything else to gunicorn's own code."""
