terraform {
  required_providers {
    immuta = { source = "terraform.local/immuta/immuta" }
  }
}

# Two policies of one data source's own; what global policies do to it stays as it is.
resource "immuta_data_source_policies" "ledger" {
  data_source_id = "3"
  policies = [
    {
      description = "Account numbers are hidden."
      rules = [{
        masking = {
          columns        = ["iban"]
          masking_config = { constant = "REDACTED" }
        }
        exceptions = { groups = ["Accounting"] }
      }]
    },
    {
      rules = [{
        row_restriction_by_user_entitlements = {
          matches = [{ group = { column = "region" } }]
        }
      }]
    },
  ]
}
