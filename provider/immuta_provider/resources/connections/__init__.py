"""What `immuta_connection` consists of: the two platforms, their credentials, and the life of a connection."""
