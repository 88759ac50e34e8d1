"""Layers of other services (orthophoto, land-use plan): off until a city enters them and a person chooses them."""
