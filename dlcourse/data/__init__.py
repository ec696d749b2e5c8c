"""Real data, small enough for seconds per cell."""

from .tables import Table, breast_cancer
