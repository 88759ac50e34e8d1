"""Participation (Beteiligung): formats of the process, contributions of citizens, moderation and replies."""
