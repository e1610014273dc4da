"""One module per Immuta object: its model, which is its schema, and how it is created, read, changed and deleted."""
