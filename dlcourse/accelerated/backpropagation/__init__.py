"""What autograd leaves to do: ``clipping`` keeps gradients small."""
