"""Pictures of indicators over places: map with classes, maps side by side, scatter, pyramid, the profile of a district."""
