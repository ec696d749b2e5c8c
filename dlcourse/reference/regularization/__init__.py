"""How training starts well and does not overfit (unit 08).

``initialization`` draws first weights; ``penalties`` has L1, L2 and dropout; ``normalization`` and
``normalization_layers`` batch norm and layer norm; ``augmentation`` changes images at random,
and ``labelled_flip`` their labels with them.
"""
