"""How a change of what is public comes about: proposals, their release, undo and restoring."""
