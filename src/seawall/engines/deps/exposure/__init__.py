"""How far a package with a weakness is used by the files of the target."""
