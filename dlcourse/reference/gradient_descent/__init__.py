"""How weights move (unit 05).

``descent`` is SGD; ``adaptive`` and ``adam`` give every weight a rate of its own; ``schedules``
and ``chaining`` change the rate over time; ``newton`` is the method of second order.
"""
