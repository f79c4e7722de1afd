"""What mends a package with a weakness: which text says its version, and what it should say."""
