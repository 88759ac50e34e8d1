"""Which fields of a measure a department may change by itself."""

DEPARTMENT_FIELDS = frozenset({"text", "occasion", "partners", "start_year", "end_year", "next_step"})
"""A department reports on its own measures; number, title, standing and visibility stay with the project team."""
