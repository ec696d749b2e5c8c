"""How well masks agree.

``overlap`` counts pixels, ``lesions`` counts lesions, ``surfaces`` measures distances in the
unit of the spacing.
"""
