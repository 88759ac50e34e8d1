"""Publish (Portal): the pages on which everyone reads the concept, across all rooms."""
