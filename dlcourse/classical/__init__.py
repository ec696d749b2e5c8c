"""What a statistician would try first, and what a network must beat.

``baseline`` names the majority class, ``least_squares`` fits a line in three ways,
``naive_bayes`` is the classifier with the fewest parameters.
"""

from .baseline import majority_class
from .least_squares import descend, gradient_step, mse_surface, ols, scan
from .naive_bayes import GaussianNB, gaussian_log_joint
