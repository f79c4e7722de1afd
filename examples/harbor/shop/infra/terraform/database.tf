resource "aws_db_instance" "harbor" {
  identifier              = "harbor"
  engine                  = "postgres"
  engine_version          = "13.4"
  instance_class          = "db.t3.micro"
  allocated_storage       = 20
  db_name                 = "harbor"
  username                = "harbor"
  password                = "<<terraform-database-password>>"
  publicly_accessible     = true
  storage_encrypted       = false
  backup_retention_period = 0
  skip_final_snapshot     = true
}

resource "aws_db_instance" "reports" {
  identifier                          = "harbor-reports"
  engine                              = "postgres"
  engine_version                      = "16.3"
  instance_class                      = "db.t3.micro"
  allocated_storage                   = 20
  username                            = "reports"
  password                            = var.database_password
  publicly_accessible                 = false
  storage_encrypted                   = true
  iam_database_authentication_enabled = true
  backup_retention_period             = 14
  deletion_protection                 = true
}
