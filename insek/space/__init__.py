"""Space: the overall spatial concept (gesamträumliches Konzept) as plan signs on a map, tied to goals and measures."""
