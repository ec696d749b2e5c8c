"""How good a diagnosis or a prognosis is: never one number alone, no share without an interval."""

from .rates import Rate, rate, sensitivity, specificity
from .survival import concordance_index
