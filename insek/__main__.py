import sys

from insek.cli import main

sys.exit(main())
