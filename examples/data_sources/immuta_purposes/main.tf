terraform {
  required_providers {
    immuta = { source = "terraform.local/immuta/immuta" }
  }
}

data "immuta_purposes" "built_in" {
  root = "Re-identification Prohibited"
}

output "built_in" {
  value = data.immuta_purposes.built_in.purposes[*].name
}
