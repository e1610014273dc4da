terraform {
  required_providers {
    immuta = { source = "terraform.local/immuta/immuta" }
  }
}

data "immuta_projects" "studies" {
  name_contains = "study"
}

output "studies" {
  value = { for project in data.immuta_projects.studies.projects : project.id => project.name }
}
