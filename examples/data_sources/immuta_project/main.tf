terraform {
  required_providers {
    immuta = { source = "terraform.local/immuta/immuta" }
  }
}

resource "immuta_project" "study" {
  project_key = "churn-study"
  name        = "Churn study"
}

data "immuta_project" "study" {
  project_key = immuta_project.study.project_key
}

output "purposes" {
  value = data.immuta_project.study.purposes
}
