"""Public duties: accessibility, imprint, privacy, easy language, and what people tell us about barriers."""
