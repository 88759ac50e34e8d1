"""Web: what all pages share - base templates, components, static files, registers, error pages."""
