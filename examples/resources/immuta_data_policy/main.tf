terraform {
  required_providers {
    immuta = { source = "terraform.local/immuta/immuta" }
  }
}

resource "immuta_purpose" "fraud" {
  name = "Fraud Investigation"
}

# Contractors see nothing, everyone else a hash, the privacy team and fraud investigators the value.
resource "immuta_data_policy" "mask_pii" {
  policy_key    = "mask-pii"
  name          = "Mask PII"
  circumstances = [{ column_tag = "Discovered.PII" }]
  actions = [{
    description = "Personal data is masked."
    rules = [
      {
        masking = {
          fields         = [{ column_tag = "Discovered.PII" }]
          masking_config = { nullify = {} }
        }
        inclusions = { groups = ["Contractors"] }
      },
      {
        masking = {
          fields         = [{ column_tag = "Discovered.PII" }]
          masking_config = { hash = {} }
        }
        exceptions = {
          operator = "any"
          groups   = ["Privacy"]
          purposes = [immuta_purpose.fraud.name]
        }
      },
    ]
  }]
}

# Everyone sees the rows of their own department; auditors see all of them.
resource "immuta_data_policy" "own_department" {
  policy_key    = "own-department"
  name          = "Rows of one's own department"
  circumstances = [{ column_tag = "Finance.Revenue" }]
  actions = [{
    rules = [{
      row_restriction_by_user_entitlements = {
        matches = [{ attribute = { attribute = "Department", tag = "Finance.Revenue" } }]
      }
      exceptions = { groups = ["Auditors"] }
    }]
  }]
}
