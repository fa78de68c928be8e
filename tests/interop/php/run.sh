exec php "$INTEROP_HERE/client.php"
