exec "$INTEROP_PYTHON" "$INTEROP_HERE/client.py"
