"""Budgets of municipalities (kommunaler Haushalt): what their tables say, and which line belongs to which measure."""
