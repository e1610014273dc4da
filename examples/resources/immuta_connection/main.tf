terraform {
  required_version = ">= 1.11" # for the write-only password
  required_providers {
    immuta = { source = "terraform.local/immuta/immuta" }
  }
}

# Comes from TF_VAR_snowflake_password and stands in neither plan nor state.
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
        username_password = {
          username            = "immuta_svc"
          password_wo         = var.snowflake_password
          password_wo_version = 1 # raise it to send a new password
        }
      }
    }
    policy_configuration = {
      impersonation = { impersonation_role = "IMMUTA_IMPERSONATION" }
    }
  }

  data_object_defaults = {
    owners = [{ id = "1", type = "USER" }]
  }
  data_object_sync = {
    schedule   = "EVERY_12_HOURS"
    start_time = 3
  }
}
