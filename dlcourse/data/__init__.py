"""Real data, small enough for seconds per cell, and ``split``, which keeps a part unseen."""

from .images import Images, digits
from .split import train_val_test_split
from .survival import SurvivalTable, heart_transplant
from .tables import Table, breast_cancer, diabetes, women
