terraform {
  required_providers {
    immuta = { source = "terraform.local/immuta/immuta" }
  }
}

data "immuta_current_user" "me" {
  lifecycle {
    postcondition {
      condition     = contains(self.permissions, "GOVERNANCE")
      error_message = "The service account lacks the permission GOVERNANCE."
    }
  }
}

output "service_account" {
  value = data.immuta_current_user.me.name
}
