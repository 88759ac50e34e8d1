"""Indicators whose values follow from those of others by a formula."""
