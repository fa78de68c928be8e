NODE_PATH=../node_modules exec node "$INTEROP_HERE/$1"
