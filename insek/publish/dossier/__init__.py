"""„Was sagt das INSEK hier?“: what of the concept applies at a place, and why; as a page, PDF and Word, with a drafted paragraph."""
