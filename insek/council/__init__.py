"""Council (Politik): papers, resolutions and the adoption of an edition."""
