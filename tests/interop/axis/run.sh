. "$INTEROP_HERE/classpath.sh"
exec java Client
