"""Pages of the participation room beyond those of all items."""
