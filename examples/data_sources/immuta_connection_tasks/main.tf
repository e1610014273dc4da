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

# The syncs that failed, with the reason.
data "immuta_connection_tasks" "failed" {
  connection_key = immuta_connection.warehouse.id
  type           = "DATA_OBJECT_SYNC"
  status         = "FAILED"
  include_runs   = true
}

output "reasons" {
  value = [for task in data.immuta_connection_tasks.failed.tasks : task.runs[*].error_message]
}
