"""How well boxes find lesions.

``boxes`` overlap and are thinned out, ``matching`` says which are hits, ``average_precision``
makes one number of them, in six dialects.
"""
