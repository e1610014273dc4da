"""`immuta-tf plan explain`: what a Terraform plan does to policies, told to the person who has to approve it."""
