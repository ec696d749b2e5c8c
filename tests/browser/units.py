"""One exercise of each unit, answered wrong in a known way and then right."""

from typing import NamedTuple


class Unit(NamedTuple):
    name: str
    function: str
    wrong: str
    hint: str
    right: str


UNITS = [
    Unit(
        "01_learning_from_data",
        "majority_class",
        "def majority_class(y_train, y_test):\n"
        "    return y_train.max(), (y_test == y_train.max()).mean()\n",
        "That is the largest label. You want the most frequent one.",
        "def majority_class(y_train, y_test):\n"
        "    label = np.bincount(y_train).argmax()\n"
        "    return label, (y_test == label).mean()\n",
    ),
    Unit(
        "02_neuron",
        "sigmoid",
        "def sigmoid(x):\n    return 1 / (1 + np.exp(x))\n",
        "It falls where it should rise",
        "def sigmoid(x):\n"
        "    e = np.exp(-np.abs(x))\n"
        "    return np.where(x >= 0, 1, e) / (1 + e)\n",
    ),
    Unit(
        "03_layers",
        "count_parameters",
        "def count_parameters(sizes):\n"
        "    return sum(a * b for a, b in zip(sizes[:-1], sizes[1:]))\n",
        "Only the weights. There is one bias per neuron.",
        "def count_parameters(sizes):\n"
        "    return sum((a + 1) * b for a, b in zip(sizes[:-1], sizes[1:]))\n",
    ),
]
