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

# Everything directly in one schema that does not carry a certain tag.
data "immuta_data_objects" "public" {
  connection_key     = immuta_connection.warehouse.id
  parent_object_path = [{ name = "SALES" }, { name = "PUBLIC" }]
  tags               = { exclude = ["Finance.Revenue"] }
  depends_on         = [immuta_data_object_sync.all]
}

output "tables" {
  value = [for each in data.immuta_data_objects.public.data_objects : join(".", each.path)]
}
