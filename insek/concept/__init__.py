"""Concept: what every room hangs on - the concept, its editions, fields, themes and level names."""
