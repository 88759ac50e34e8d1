"""The base map: what every map of the program stands on, made once from a file and served by ourselves."""
