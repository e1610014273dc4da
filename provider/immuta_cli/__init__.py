"""The `immuta-tf` command: sets the provider up, reads policies and plans, and runs the local tenant."""
