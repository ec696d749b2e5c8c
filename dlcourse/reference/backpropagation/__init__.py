"""Where gradients come from (unit 06).

``autodiff`` is an engine in reverse mode and ``autodiff_functions`` what it can do besides;
``gradient_check`` tests a derivative by central differences; ``clipping`` keeps gradients small.
"""
