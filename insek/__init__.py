"""INSEK carries a city's integrated urban development concept through its whole life."""

__version__ = "0.1.0"
