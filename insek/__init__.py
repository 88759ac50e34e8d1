"""INSEK: the platform for a city's integrated urban development concept."""
