"""The gazetteer: from an address, a street, a stop or a place to its point, and from a text to the places it names."""
