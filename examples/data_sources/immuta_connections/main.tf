terraform {
  required_providers {
    immuta = { source = "terraform.local/immuta/immuta" }
  }
}

# Connections to Snowflake that need somebody's help.
data "immuta_connections" "unhealthy" {
  technology = "Snowflake"
  state      = "UNHEALTHY"
  sort       = ["updated_at:desc"]
}

output "keys" {
  value = data.immuta_connections.unhealthy.connections[*].connection_key
}
