"""The pages of batches, of bulk changes and of reading a list in."""
