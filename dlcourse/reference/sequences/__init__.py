"""Words and signals, one step after another (unit 16).

``embedding`` gives each word its vector; ``rnn``, ``lstm`` and ``gru`` read step by step and
remember; ``attention`` looks at all steps at once.
"""
