"""One module per use case: functions that take a session, values and the time; database yes, network never, no commit."""
