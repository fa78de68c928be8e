wsdl2perl -b . "$INTEROP_WSDL"
