"""From a weighted sum to an answer (unit 02): ``activations``, then ``neuron``."""
