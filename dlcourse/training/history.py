"""History: what each epoch brought."""

import math


class History:
    """The losses, metrics and learning rates of all epochs so far.

    Attributes
    ----------
    training, validation : dict of lists, one number per epoch
        ``history.validation["loss"][0]`` is the validation loss after the first epoch.
        Empty before the first epoch; ``validation`` stays empty without validation data.
    lr : list, the learning rate in each epoch

    Examples
    --------
    >>> history = History()
    >>> history.add(0.1, {"loss": 0.7}, {"loss": 0.8})
    >>> history.add(0.1, {"loss": 0.4}, {"loss": 0.6})
    >>> history.add(0.1, {"loss": 0.2}, {"loss": 0.9})
    >>> len(history), history.best_epoch
    (3, 2)
    """

    def __init__(self):
        self.training, self.validation, self.lr = {}, {}, []

    def __len__(self):
        return len(self.lr)

    def __repr__(self):
        last = [f"{part} {value:.4g}" for part, value in self.latest().items()]
        return f"History of {len(self)} epochs" + (f", last: {', '.join(last)}" if last else "")

    def add(self, lr, training, validation):
        """Append one epoch: its learning rate, and a dict of numbers for each of the two."""
        for lists, numbers in ((self.training, training), (self.validation, validation)):
            if len(self) and lists.keys() != numbers.keys():
                raise ValueError(
                    f"this epoch measured {sorted(numbers)}; needed what the epochs before "
                    f"measured, {sorted(lists)}"
                )
            for name, number in numbers.items():
                lists.setdefault(name, []).append(number)
        self.lr.append(lr)

    def latest(self):
        """Return the last epoch's losses, by the names ``training`` and ``validation``."""
        parts = {"training": self.training, "validation": self.validation}
        return {name: lists["loss"][-1] for name, lists in parts.items() if lists}

    @property
    def best_epoch(self):
        """The epoch, counted from 1, of the lowest validation loss.

        Of equal ones the first counts. None without validation, or if no loss is a number.
        """
        losses = self.validation.get("loss", [])
        epochs = [i for i, loss in enumerate(losses) if not math.isnan(loss)]
        return min(epochs, key=losses.__getitem__) + 1 if epochs else None

    def state_dict(self):
        """Return the numbers as a dict."""
        return {"training": self.training, "validation": self.validation, "lr": self.lr}

    def load_state_dict(self, state):
        """Take over what ``state_dict`` returned."""
        self.training, self.validation = (
            {name: list(numbers) for name, numbers in state[part].items()}
            for part in ("training", "validation")
        )
        self.lr = list(state["lr"])
