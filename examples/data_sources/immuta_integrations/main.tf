terraform {
  required_providers {
    immuta = { source = "terraform.local/immuta/immuta" }
  }
}

data "immuta_integrations" "all" {}

# Which of them need somebody to look after them.
output "ailing" {
  value = [for each in data.immuta_integrations.all.integrations : each.id if each.status != "enabled"]
}
