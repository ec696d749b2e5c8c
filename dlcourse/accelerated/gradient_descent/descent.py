"""Descent: torch.optim's own optimizers, whose arithmetic ``dlcourse.reference`` spells out."""

from torch.optim import SGD as SGD  # "as SGD" marks a name that is handed on
from torch.optim import Adagrad as Adagrad
from torch.optim import Adam as Adam
from torch.optim import AdamW as AdamW
from torch.optim import RMSprop as RMSprop
