exec perl -I. "$INTEROP_HERE/client.pl"
