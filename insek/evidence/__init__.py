"""Evidence (Grundlagen): indicators and their append-only observations."""
