"""Map sheets: what a page shows on a map, on one sheet of A4 or A3 to print."""
