"""``python -m dlcourse.grading``: the same as the command ``dlcourse``."""

import sys

from .cli import main

if __name__ == "__main__":
    sys.exit(main())
