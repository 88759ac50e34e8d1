"""How the house is configured and run: settings, urls, wsgi, the supervising command."""
