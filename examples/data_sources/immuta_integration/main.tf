terraform {
  required_providers {
    immuta = { source = "terraform.local/immuta/immuta" }
  }
}

resource "immuta_integration" "lake" {
  auto_bootstrap = false

  native_s3 = {
    name               = "lake-eu"
    aws_account_id     = "210987654321"
    aws_region         = "eu-west-1"
    aws_location_role  = "arn:aws:iam::210987654321:role/access-grants-location"
    aws_location_path  = "s3://lake-eu/"
    aws_role_to_assume = "arn:aws:iam::210987654321:role/immuta"
    auto               = {}
  }
}

data "immuta_integration" "lake" {
  type       = "Native S3"
  known_by   = "lake-eu"
  depends_on = [immuta_integration.lake]
}

output "status" {
  value = data.immuta_integration.lake.status
}
