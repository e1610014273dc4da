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
}

# Policies are applied to everything in the schema PUBLIC. A new connection is synced by itself, and the schema is waited
# for while it is; below a connection that exists already, let an immuta_data_object_sync come first.
resource "immuta_data_object" "public" {
  connection_key = immuta_connection.warehouse.id
  path           = ["SALES", "PUBLIC"]
  sync_policy    = true
}

# One of its tables has owners and tags of its own. `sync_policy` is inherited from the schema.
resource "immuta_data_object" "customers" {
  connection_key = immuta_connection.warehouse.id
  path           = ["SALES", "PUBLIC", "CUSTOMERS"]
  owners         = [{ id = "1", type = "USER" }]
  tags           = ["Discovered.PII"]
}
