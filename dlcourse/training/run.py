"""A run: everything that a checkpoint must hold for training to go on as if never stopped."""

from . import checkpoint
from ._parts import generators, random_states, restore_random
from .history import History


class Run:
    """The parts of one training run, and how they go into a file and come back.

    Attributes
    ----------
    history : History
    best : the weights after the best epoch, or None
    """

    def __init__(self, half, network, optimizer, schedule, training, validation):
        self.half, self.network = half, network
        self.history, self.best = History(), None
        self.stateful = {"optimizer": optimizer, "history": self.history}
        if schedule is not None:
            self.stateful["schedule"] = schedule
        self.generators = generators(network, training, validation)

    def save(self, path):
        """Write a checkpoint."""
        state = {name: part.state_dict() for name, part in self.stateful.items()}
        state["weights"], state["best"] = self.half.weights(self.network), self.best
        state["random"] = random_states(self.generators)
        state["global random"] = self.half.global_random(self.network)
        checkpoint.save(path, state)

    def load(self, path):
        """Put everything back as it was when the checkpoint was written."""
        state = checkpoint.load(path)
        kept = {"weights", "best", "random", "global random", *self.stateful}
        if not isinstance(state, dict) or state.keys() != kept:
            raise ValueError(f"{path} holds {list(state)}; needed {sorted(kept)}")
        self.half.restore_weights(self.network, state["weights"])
        for name, part in self.stateful.items():
            part.load_state_dict(state[name])
        restore_random(self.generators, state["random"])
        self.half.restore_global_random(self.network, state["global random"])
        self.best = state["best"]
