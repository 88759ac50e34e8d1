"""Layers of areas (heat, flood, noise): read in, shown on maps, asked where something lies."""
