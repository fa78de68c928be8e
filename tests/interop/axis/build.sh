. "$INTEROP_HERE/classpath.sh"
java org.apache.axis.wsdl.WSDL2Java -o . -p nl.betaalhub.klant "$INTEROP_WSDL"
javac -nowarn -encoding UTF-8 -d . nl/betaalhub/klant/*.java "$INTEROP_HERE/Client.java"
