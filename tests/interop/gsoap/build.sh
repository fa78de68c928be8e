import=/usr/share/gsoap/import
wsdl2h -v -I"$import" -t "$INTEROP_HERE/typemap.dat" -o hub.h "$INTEROP_WSDL"
soapcpp2 -j -C -L -x -w -I"$import" hub.h
g++ -O0 -w -I. -o client "$INTEROP_HERE/client.cpp" soapC.cpp soapBetaalhubSoap11Proxy.cpp -lgsoap++
