exec java -cp "/usr/share/jaxws/lib/*:." Client
