"""Whether what a target stands on can be relied on: one sister a question."""
