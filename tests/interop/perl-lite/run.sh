exec perl "$INTEROP_HERE/client.pl"
