"""The golden thread: items, links, the visibility gate, history, gaps and search."""
