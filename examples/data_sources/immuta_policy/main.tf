terraform {
  required_providers {
    immuta = { source = "terraform.local/immuta/immuta" }
  }
}

resource "immuta_data_policy" "hash" {
  policy_key = "hash-pii"
  name       = "Hash PII"
  staged     = true
  actions = [{
    rules = [{
      masking = {
        fields         = [{ column_tag = "Discovered.PII" }]
        masking_config = { hash = {} }
      }
    }]
  }]
}

data "immuta_policy" "hash" {
  policy_key = immuta_data_policy.hash.policy_key
}

output "staged" {
  value = data.immuta_policy.hash.staged
}
