"""The same journeys for editors: a language server over the standard streams."""
