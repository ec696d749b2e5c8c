"""How training starts well and does not overfit, in torch.

``initialization`` draws first weights; ``penalties`` has L1, L2 and dropout; ``normalization`` and
``normalization_layers`` batch norm and layer norm.
"""
