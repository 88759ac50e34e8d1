"""Reading in a base map, houses and streets from a page: upload, job with progress, what there is now, remove."""
