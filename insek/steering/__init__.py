"""Steering: what becomes of the measures, and whether the goals are reached (Umsetzung und Monitoring)."""
