"""Product systems come in: the Spyne service of the contract, its types, its faults, and who may call."""
