"""The pages of items of every kind: list, table, saved view, item, form, link, why, gaps, search."""
