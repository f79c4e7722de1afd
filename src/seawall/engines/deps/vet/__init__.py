"""What a package does when it is installed or imported, as its source tells; nothing of it runs."""
