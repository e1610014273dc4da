# The quick start in Terraform's own language, for those who do not use Python. Prepare once:
#
#   immuta-tf install                  # the provider goes where Terraform searches by itself
#   export IMMUTA_HOST=... IMMUTA_API_KEY=...
#   terraform init && terraform apply

terraform {
  required_version = ">= 1.5"
  required_providers {
    immuta = {
      source = "terraform.local/immuta/immuta"
    }
  }
}

provider "immuta" {}

resource "immuta_purpose" "research" {
  name            = "Research"
  description     = "Questions about our product, answered with customer data"
  acknowledgement = "I use this data for research only, and I do not contact the people in it."
}

# The name of a sub-purpose is its full path; the reference makes Terraform create the parent first.
resource "immuta_purpose" "churn" {
  name = "${immuta_purpose.research.name}.Churn"
}

resource "immuta_purpose" "billing" {
  name        = "Billing"
  description = "Invoices and what is needed to write them"
}

resource "immuta_project" "churn_study" {
  project_key = "churn-study"
  name        = "Churn study"
  description = "Why customers leave"
  purposes    = [immuta_purpose.research.name, immuta_purpose.churn.name]

  subscription_policy = {
    approval = {
      approvals = [{ required_permission = "GOVERNANCE" }]
    }
  }
}

resource "immuta_project" "invoice_quality" {
  project_key = "invoice-quality"
  name        = "Invoice quality"
  purposes    = [immuta_purpose.billing.name]
}

output "project_ids" {
  value = {
    churn_study     = immuta_project.churn_study.id
    invoice_quality = immuta_project.invoice_quality.id
  }
}
