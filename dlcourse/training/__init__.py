"""Training: one loop for both halves, its history, and checkpoints that survive a kill.

``loop`` has ``fit``, ``evaluation`` what a network is worth, ``loader`` the batches,
``early_stopping`` the moment to stop, ``checkpoint`` the files. ``numpy_half`` and
``torch_half`` hold the few lines in which the two halves differ; ``half`` tells them apart.
"""

from . import checkpoint
from .early_stopping import EarlyStopping
from .evaluation import evaluate
from .history import History
from .loader import DataLoader
from .loop import fit
