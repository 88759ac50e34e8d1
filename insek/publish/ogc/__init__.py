"""OGC API - Features, Part 1: Core, for reading: what lies somewhere and is public, for QGIS and other programs of maps."""
