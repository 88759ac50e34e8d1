"""People: users, units (Referate), bodies (council, committees, Ortsbeiräte) and roles as data."""
