terraform {
  required_version = ">= 1.11" # for the write-only password
  required_providers {
    immuta = { source = "terraform.local/immuta/immuta" }
  }
}

variable "snowflake_password" {
  type      = string
  sensitive = true
  ephemeral = true
}

resource "immuta_connection" "warehouse" {
  connection_key = "warehouse"
  snowflake = {
    client_configuration = {
      host                   = "org-acc.snowflakecomputing.com"
      warehouse              = "IMMUTA_WH"
      role                   = "IMMUTA_SYSTEM"
      account_id             = "ORG-ACC"
      immuta_system_database = "IMMUTA"
      credential = {
        username_password = { username = "immuta_svc", password_wo = var.snowflake_password }
      }
    }
  }
  data_object_defaults = { owners = [{ id = "1", type = "USER" }] }
  sync_on_create       = false
}

# Raise `release` when tables were added or dropped: that starts another sync.
variable "release" {
  type    = string
  default = "2026.1"
}

resource "immuta_data_object_sync" "warehouse" {
  connection_key        = immuta_connection.warehouse.id
  sync_all_data_objects = true
  triggers              = { release = var.release }
  timeouts              = { create = "1h" }
}

output "result" {
  value = immuta_data_object_sync.warehouse.message
}
