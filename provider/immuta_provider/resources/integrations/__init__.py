"""The parts of `immuta_integration`: a module per platform, what they share, and the life of an integration."""
