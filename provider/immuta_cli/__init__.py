"""The `immuta-tf` command: sets up the provider for Terraform and runs the local tenant."""
