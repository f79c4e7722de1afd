"""The engine for infrastructure as code and pipelines."""
