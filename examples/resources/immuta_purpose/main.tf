terraform {
  required_providers {
    immuta = { source = "terraform.local/immuta/immuta" }
  }
}

resource "immuta_purpose" "research" {
  name            = "Research"
  description     = "Understand our customers"
  acknowledgement = "I will use this data for research only."
}

# A sub-purpose has the whole path as its name and comes after its parent.
resource "immuta_purpose" "churn" {
  name                   = "${immuta_purpose.research.name}.Churn"
  description            = "Why customers leave"
  k_anon_noise_reduction = "Medium"
}
