"""`python -m shopapp.cli`, for processes that start each other."""

import sys

from shopapp.cli import main

sys.exit(main())
