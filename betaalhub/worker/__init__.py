"""The worker: takes work from the outbox, does it, and writes down what came of it."""
