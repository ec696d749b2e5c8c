"""Real data, small enough for seconds per cell."""

from .images import Images, digits
from .survival import SurvivalTable, heart_transplant
from .tables import Table, breast_cancer, diabetes, women
