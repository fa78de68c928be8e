"""The outgoing steps, hub in hand: claim ▮ call ▮ record, with nothing open during the call."""
