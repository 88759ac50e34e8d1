"""Counts added up from places to the places above them: only where nothing is missing, never over a value that was entered."""
