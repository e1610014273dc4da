terraform {
  required_providers {
    immuta = { source = "terraform.local/immuta/immuta" }
  }
}

# Everybody may read reference data, and is subscribed at once.
resource "immuta_subscription_policy" "reference" {
  policy_key    = "open-reference-data"
  name          = "Open reference data"
  description   = "Reference tables are open to everybody."
  circumstances = [{ tag = "Finance" }]
  anyone        = { automatic_subscription = true }
}

# Analysts with a clearance may read what holds personal data. Staged: active nowhere until that is taken out.
resource "immuta_subscription_policy" "personal" {
  policy_key            = "personal-data"
  name                  = "Personal data for cleared analysts"
  staged                = true
  circumstance_operator = "any"
  circumstances = [
    { column_tag = "Discovered.PII" },
    { column_regex = { regex = "^(e?mail|phone)$", case_insensitive = true } },
  ]
  entitlements = {
    operator        = "all"
    groups          = ["Analysts"]
    attributes      = [{ name = "Clearance", value = "Personal" }]
    allow_discovery = true
  }
}
