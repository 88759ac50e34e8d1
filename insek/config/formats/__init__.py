"""Formats of dates that differ from Django's own: one package for each language (FORMAT_MODULE_PATH)."""
