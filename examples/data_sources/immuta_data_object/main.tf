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

# The look-up needs what a sync has discovered.
resource "immuta_data_object_sync" "all" {
  connection_key        = immuta_connection.warehouse.id
  sync_all_data_objects = true
}

data "immuta_data_object" "customers" {
  connection_key = immuta_connection.warehouse.id
  path           = ["SALES", "PUBLIC", "CUSTOMERS"]
  depends_on     = [immuta_data_object_sync.all]
}

output "policies_are_applied" {
  value = data.immuta_data_object.customers.sync_policy
}

# `immuta_data_object` shows the settings in effect; `inherited_from` is null where one is the object's own.
output "owners" {
  value = [for owner in data.immuta_data_object.customers.owners : "${owner.type} ${owner.id}"]
}
