"""Answers in torch, and the way from them to plain arrays.

``declared`` is what an exercise says of itself, ``reading`` calls an answer and ``tensors``
turns what it gave into arrays, ``networks`` helps an exercise to build and look at a network,
``findings`` puts into words what commonly goes wrong. Torch is not imported until an answer is
read.
"""
