"""What is asked in each lab: ``neuron/sigmoid.py`` holds the exercise ``neuron.sigmoid``.

Each file says what the exercise asks (its inputs and answer), what else is right, and which
mistakes deserve which hint. ``EXERCISES`` of a lab lists them in the order of the notebook.
"""

# An answer that takes anything from here is borrowed: these libraries have it.
LIBRARY = ("dlcourse", "sklearn", "torch")
# (relative, absolute): whoever computes in float32 is right, too.
SIX_DIGITS = (1e-6, 1e-12)
