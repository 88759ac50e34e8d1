"""Pages of the administration of people, and of signing in for the first time."""
