wsdl -nologo -namespace:Hub -out:Hub.cs "$INTEROP_WSDL"
mcs -nologo -warn:0 -codepage:utf8 -r:System.Web.Services -r:System.Xml -out:client.exe Hub.cs "$INTEROP_HERE/Client.cs"
