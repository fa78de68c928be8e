"""The demo: the whole house on one machine, with simulators as neighbours and one payment that walks through it."""
