"""Decisions that can be checked later: records, statements about them, and signatures."""
