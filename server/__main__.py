"""`python -m server` is the `tinkernet` command."""

import sys

from server.cli import main

sys.exit(main())
