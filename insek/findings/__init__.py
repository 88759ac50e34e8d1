"""Findings (Stärken-Schwächen-Analyse): strengths, weaknesses, opportunities and threats."""
