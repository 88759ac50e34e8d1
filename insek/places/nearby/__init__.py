"""What is planned where somebody lives: a place by its name, and what of the concept lies near it."""
