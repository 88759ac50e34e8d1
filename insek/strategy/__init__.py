"""Strategy: vision, guidelines, goals and measures."""
