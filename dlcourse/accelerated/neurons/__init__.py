"""From a weighted sum to an answer, in torch: ``activations``, then ``neuron``."""
