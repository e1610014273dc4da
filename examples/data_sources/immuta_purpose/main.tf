terraform {
  required_providers {
    immuta = { source = "terraform.local/immuta/immuta" }
  }
}

data "immuta_purpose" "safe_harbor" {
  name = "Re-identification Prohibited.Safe Harbor Method"
}

output "statement" {
  value = data.immuta_purpose.safe_harbor.acknowledgement
}
