exec ./client
