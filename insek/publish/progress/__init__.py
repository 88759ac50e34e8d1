"""Progress reports: what came of the concept in a period, frozen once issued."""
