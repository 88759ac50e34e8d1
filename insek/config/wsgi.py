"""What the web server loads."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.umask(0o077)  # what is written here is read by nobody else on this machine
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "insek.config.settings")

application = get_wsgi_application()

from insek.engines.text import query_terms  # noqa: E402 - nothing is imported before Django is set up

query_terms("Stadtentwicklung")  # reads the dictionaries, a second that no visitor's search shall wait for
gc.collect()
gc.freeze()  # what is loaded now stays; looking through it again and again costs up to a tenth of each page
