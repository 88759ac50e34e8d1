"""Layers of areas, lines and points as offices send them: from a file to shapes in degrees with their attributes."""
