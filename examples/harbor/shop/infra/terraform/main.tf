terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source = "hashicorp/aws"
    }
  }
}

provider "aws" {
  region     = var.region
  access_key = "<<aws-terraform-key-id>>"
  secret_key = "<<aws-terraform-secret-key>>"
}

variable "region" {
  type    = string
  default = "eu-north-1"
}

variable "database_password" {
  type      = string
  sensitive = true
}

locals {
  tags = {
    project = "harbor"
    owner   = "crew"
  }
}
