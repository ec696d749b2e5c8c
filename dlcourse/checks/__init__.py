"""The check in the notebook: comparison, recognition of mistakes, card.

``exercise`` says what an exercise is, ``outcome`` calls an answer, ``compare`` and
``relations`` look at what came back, ``learner`` at the function itself. ``borrowed`` says
where its names come from, found in source by ``uses`` and behind a function by ``reached``.
``verdict`` decides, ``card`` tells, ``lab`` is what the learner holds.

``torch_answers`` is the room for exercises in torch; nothing imports torch until such an answer
is checked.
"""

from .exercise import Exercise, Mistake
from .lab import Lab, lab
from .torch_answers.declared import TorchFunction, TorchModule, TorchRead
from .verdict import Verdict, judge
