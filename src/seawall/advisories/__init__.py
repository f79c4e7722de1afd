"""What is published about packages: the database on this machine, version order, match."""
