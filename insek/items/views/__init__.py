"""The views that all kinds of item share."""
