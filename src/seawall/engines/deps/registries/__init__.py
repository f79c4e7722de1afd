"""How each public registry is asked about a package, one sister a registry."""
