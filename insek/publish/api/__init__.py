"""The public, read-only interface under /api/v1: what a visitor may see, for machines. See docs/developers/api.md."""
