"""One module per look-up."""
