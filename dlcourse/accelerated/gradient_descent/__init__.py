"""How weights move: ``descent`` and ``schedules`` are torch.optim's own, ``newton`` is ours."""
