"""What the tests of optimizers share: options drawn for each, and parameters."""

import numpy as np
from hypothesis import strategies as st

OPTIMIZERS = ["SGD", "Adagrad", "RMSprop", "Adam", "AdamW"]
SHAPES = [(3, 2), (4,), (), (0, 3)]
seeds = st.integers(0, 2**32 - 1)
weight_decays = st.sampled_from([0, 1e-3, 0.1])
betas = st.tuples(st.sampled_from([0.0, 0.5, 0.9]), st.sampled_from([0.5, 0.9, 0.999]))
momenta = st.sampled_from([0, 0.5, 0.9, 0.99])
OPTIONS = {
    "SGD": st.fixed_dictionaries(
        {
            "momentum": momenta,
            "dampening": st.sampled_from([0, 0.1, 0.5]),
            "weight_decay": weight_decays,
            "nesterov": st.booleans(),
        }
    ).filter(lambda o: not o["nesterov"] or (o["momentum"] and not o["dampening"])),
    "Adagrad": st.fixed_dictionaries(
        {
            "lr_decay": st.sampled_from([0, 0.01, 1]),
            "weight_decay": weight_decays,
            "initial_accumulator_value": st.sampled_from([0, 0.1]),
            "eps": st.sampled_from([1e-10, 1e-3]),
        }
    ),
    "RMSprop": st.fixed_dictionaries(
        {
            "alpha": st.sampled_from([0.5, 0.9, 0.99]),
            "eps": st.sampled_from([1e-8, 1e-3]),
            "weight_decay": weight_decays,
            "momentum": momenta,
            "centered": st.booleans(),
        }
    ),
} | dict.fromkeys(
    ("Adam", "AdamW"),
    st.fixed_dictionaries(
        {
            "betas": betas,
            "eps": st.sampled_from([1e-8, 1e-3]),
            "weight_decay": weight_decays,
            "amsgrad": st.booleans(),
        }
    ),
)


def draw(rng, dtype):
    return [np.asarray(rng.normal(size=shape), dtype) for shape in SHAPES]
