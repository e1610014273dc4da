terraform {
  required_providers {
    immuta = { source = "terraform.local/immuta/immuta" }
  }
}

resource "immuta_purpose" "research" {
  name = "Research"
}

resource "immuta_project" "churn" {
  project_key = "churn-study"
  name        = "Churn study"
  description = "Why customers leave"
  purposes    = [immuta_purpose.research.name]
  tags        = ["Discovered.PII"]

  subscription_policy = {
    approval = {
      approvals = [{ required_permission = "GOVERNANCE" }]
    }
  }
}
