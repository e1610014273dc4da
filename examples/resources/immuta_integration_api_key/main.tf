terraform {
  required_providers {
    immuta = { source = "terraform.local/immuta/immuta" }
  }
}

resource "immuta_integration" "starburst" {
  trino = {}
}

# Each change of a trigger makes a new key, and the old one ends at once.
resource "immuta_integration_api_key" "starburst" {
  integration_id = immuta_integration.starburst.id
  triggers       = { rotated = "2026-11" }
}

output "immuta_apikey" {
  value     = immuta_integration_api_key.starburst.new_key
  sensitive = true
}
