# The two packages with all they need, exactly as package-lock.json says; nothing when they are there already.
if ! cmp -s "$INTEROP_HERE/package-lock.json" node_modules/installed-lock.json; then
    cp "$INTEROP_HERE/package.json" "$INTEROP_HERE/package-lock.json" .
    npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
    cp package-lock.json node_modules/installed-lock.json
fi
