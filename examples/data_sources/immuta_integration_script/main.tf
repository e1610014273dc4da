terraform {
  required_providers {
    immuta = { source = "terraform.local/immuta/immuta" }
  }
}

variable "private_key" {
  type      = string
  sensitive = true
}

locals {
  snowflake = {
    host      = "ac1.snowflakecomputing.com"
    warehouse = "IMMUTA_WH"
    database  = "IMMUTA"
    key_pair = {
      username    = "IMMUTA_SYSTEM"
      private_key = var.private_key
    }
  }
}

# Run it in Snowflake, then declare the integration with the same attributes and `auto_bootstrap = false`.
data "immuta_integration_script" "set_up" {
  kind      = "create"
  snowflake = local.snowflake
}

output "script" {
  value     = data.immuta_integration_script.set_up.script
  sensitive = true
}
