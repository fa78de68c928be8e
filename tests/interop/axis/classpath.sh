# What Axis 1.4 is made of, in Debian.
jars=/usr/share/java
CLASSPATH=.
for jar in axis axis-jaxrpc axis-saaj commons-discovery commons-logging wsdl4j javax.mail javax.activation; do
    CLASSPATH="$CLASSPATH:$jars/$jar.jar"
done
export CLASSPATH
