"""The nouns of Seawall and nothing else: no I/O, no clock, no environment, no logging."""
