"""The own area of people with a login, and the setting up of the concept."""
