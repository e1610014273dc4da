terraform {
  required_providers {
    immuta = { source = "terraform.local/immuta/immuta" }
  }
}

variable "installer_password" {
  type      = string
  sensitive = true
}

variable "databricks_token" {
  type      = string
  ephemeral = true
}

# Immuta sets Snowflake up itself, with a privileged user. A destroy needs that user again: the password stands in the
# state.
resource "immuta_integration" "snowflake" {
  auto_bootstrap = true

  snowflake = {
    host      = "ac1.snowflakecomputing.com"
    warehouse = "IMMUTA_WH"
    database  = "IMMUTA"
    role      = "ACCOUNTADMIN"

    user_password = {
      username = "INSTALLER"
      password = var.installer_password
    }
    audit = { enabled = true }
  }
}

# Databricks is deleted without credentials, so nothing has to stand in the state. Another version sends the token again.
resource "immuta_integration" "databricks" {
  auto_bootstrap = true

  databricks = {
    workspace_url = "ws7.cloud.databricks.com"
    http_path     = "sql/1.0/warehouses/abc1"
    catalog       = "immuta_prod"

    token = {
      token_wo         = var.databricks_token
      token_wo_version = 1
    }
  }
}

resource "immuta_integration" "trino" {
  trino = {}
}
