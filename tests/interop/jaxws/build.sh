# Classes of the served WSDL, with the options that a Java developer starts with: none but a package.
wsimport -Xnocompile -keep -s . -d . -p nl.betaalhub.klant "$INTEROP_WSDL"
javac -nowarn -proc:none -encoding UTF-8 -cp "/usr/share/jaxws/lib/*" -d . nl/betaalhub/klant/*.java "$INTEROP_HERE/Client.java"
# The contracts that product systems and financial systems implement must be readable as well.
for name in betaalstatus-v1 grootboek-v1; do
    mkdir "$name"
    wsimport -Xnocompile -keep -s "$name" -d "$name" "$INTEROP_TOP/wsdl/$name.wsdl"
done
