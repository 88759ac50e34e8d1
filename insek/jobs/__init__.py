"""Background work: what comes again and again, and what became of work that was lost."""
