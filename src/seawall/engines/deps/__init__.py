"""The composition engine: what the target stands on, what is known of it, and what to do."""
