terraform {
  required_providers {
    immuta = { source = "terraform.local/immuta/immuta" }
  }
}

# The names of all global data policies whose name has "PII" in it.
data "immuta_policies" "pii" {
  search       = "PII"
  type         = "data"
  policy_scope = "global"
}

output "names" {
  value = [for policy in data.immuta_policies.pii.policies : policy.name]
}
