"""Puts every room on the path: attacks, fair answers and classes serve more than one of them."""

import sys
from pathlib import Path

sys.path += [str(room) for room in sorted(Path(__file__).parent.iterdir()) if room.is_dir()]
