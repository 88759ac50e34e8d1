"""Web: what all pages share - base templates, components, item pages, static files, error pages."""
