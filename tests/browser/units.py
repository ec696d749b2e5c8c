"""One exercise of each unit, answered wrong in a known way and then right."""

from typing import NamedTuple


class Unit(NamedTuple):
    name: str
    function: str
    wrong: str
    hint: str
    right: str
    lecture: bool = True


UNITS = [
    Unit(
        "00_first_steps",
        "share_between",
        "def share_between(x, low, high):\n    return ((x >= low) & (x < high)).sum()\n",
        "That is how many. A share is how many of how many",
        "def share_between(x, low, high):\n    return ((x >= low) & (x < high)).mean()\n",
    ),
    Unit(
        "01_learning_from_data",
        "majority_class",
        "def majority_class(y_train, y_test):\n"
        "    return y_train.max(), (y_test == y_train.max()).mean()\n",
        "That is the largest label. You want the most frequent one.",
        "def majority_class(y_train, y_test):\n"
        "    label = np.bincount(y_train).argmax()\n"
        "    return label, (y_test == label).mean()\n",
    ),
    Unit(
        "02_neuron",
        "sigmoid",
        "def sigmoid(x):\n    return 1 / (1 + np.exp(x))\n",
        "It falls where it should rise",
        "def sigmoid(x):\n"
        "    e = np.exp(-np.abs(x))\n"
        "    return np.where(x >= 0, 1, e) / (1 + e)\n",
    ),
    Unit(
        "03_layers",
        "count_parameters",
        "def count_parameters(sizes):\n"
        "    return sum(a * b for a, b in zip(sizes[:-1], sizes[1:]))\n",
        "Only the weights. There is one bias per neuron.",
        "def count_parameters(sizes):\n"
        "    return sum((a + 1) * b for a, b in zip(sizes[:-1], sizes[1:]))\n",
    ),
    Unit(
        "04_losses",
        "entropy",
        "def entropy(z):\n"
        "    p = softmax(z, axis=1)\n"
        "    log_p = np.log(np.where(p > 0, p, 1))\n"
        "    H = -(p * log_p).sum(axis=1, keepdims=True)\n"
        "    return H.mean(), -p * (log_p + 1) / len(z)\n",
        "That is its gradient in the shares, times p.",
        "def entropy(z):\n"
        "    p = softmax(z, axis=1)\n"
        "    log_p = np.log(np.where(p > 0, p, 1))\n"
        "    H = -(p * log_p).sum(axis=1, keepdims=True)\n"
        "    return H.mean(), -p * (log_p + H) / len(z)\n",
    ),
    Unit(
        "05_gradient_descent",
        "largest_stable_lr",
        "def largest_stable_lr(X):\n"
        "    A = np.column_stack([X, np.ones(len(X))])\n"
        "    return 1 / np.linalg.eigvalsh(2 * A.T @ A / len(X))[-1]\n",
        "1 / L is safe, and it is not the limit",
        "def largest_stable_lr(X):\n"
        "    A = np.column_stack([X, np.ones(len(X))])\n"
        "    return 2 / np.linalg.eigvalsh(2 * A.T @ A / len(X))[-1]\n",
    ),
    Unit(
        "06_backpropagation",
        "linear_backward",
        "def linear_backward(grad, x, weight):\n"
        "    return grad @ weight, x.T @ grad, grad.sum(axis=0)\n",
        "Yours is its transpose.",
        "def linear_backward(grad, x, weight):\n"
        "    return grad @ weight, grad.T @ x, grad.sum(axis=0)\n",
    ),
    Unit(
        "07_training_loop",
        "class_weights",
        "def class_weights(y):\n    return len(y) / np.bincount(y)\n",
        "You forgot K, the number of classes",
        "def class_weights(y):\n"
        "    counts = np.bincount(y)\n"
        "    return len(y) / (len(counts) * counts)\n",
    ),
    Unit(
        "08_initialization_and_regularization",
        "soft_threshold",
        "def soft_threshold(w, t):\n    return w * (np.abs(w) > t)\n",
        "the survivors should shrink by t too",
        "def soft_threshold(w, t):\n    return w - np.clip(w, -t, t)\n",
    ),
    Unit(
        "09_convolution",
        "conv_output_size",
        "def conv_output_size(n, k, stride=1, padding=0, dilation=1):\n"
        "    return (n + padding - dilation * (k - 1) - 1) // stride + 1\n",
        "Padding is added on both sides of the image.",
        "def conv_output_size(n, k, stride=1, padding=0, dilation=1):\n"
        "    return (n + 2 * padding - dilation * (k - 1) - 1) // stride + 1\n",
    ),
    Unit(
        "10_architectures",
        "top_k_error",
        "def top_k_error(scores, target, k):\n"
        "    best = np.argsort(scores, axis=1)[:, :k]\n"
        "    return 1 - (best == target[:, None]).any(axis=1).mean()\n",
        "argsort rises: its first k are the least likely.",
        "def top_k_error(scores, target, k):\n"
        "    best = np.argsort(-scores, axis=1)[:, :k]\n"
        "    return 1 - (best == target[:, None]).any(axis=1).mean()\n",
    ),
    Unit(
        "11_transfer_learning",
        "freeze",
        "def freeze(model, n):\n"
        "    for i, child in enumerate(model.children()):\n"
        "        child.requires_grad_(i >= n)\n",
        "the batch norms of the frozen children still move",
        "def freeze(model, n):\n"
        "    for i, child in enumerate(model.children()):\n"
        "        child.requires_grad_(i >= n)\n"
        "        child.train(i >= n)\n",
    ),
    Unit(
        "12_looking_inside",
        "relu_rule",
        "def relu_rule(grad, x, rule):\n"
        '    if rule == "plain":\n'
        "        return grad * (x > 0)\n"
        '    if rule == "deconvnet":\n'
        "        return np.maximum(grad, 0)\n"
        "    return grad * (x > 0)\n",
        "Guided is still the plain gradient: mask it by its own sign as well.",
        "def relu_rule(grad, x, rule):\n"
        '    if rule == "plain":\n'
        "        return grad * (x > 0)\n"
        '    if rule == "deconvnet":\n'
        "        return np.maximum(grad, 0)\n"
        "    return np.maximum(grad, 0) * (x > 0)\n",
    ),
    Unit(
        "13_finding_things",
        "dice",
        "def dice(pred, truth):\n"
        "    both = (pred & truth).sum(axis=(1, 2))\n"
        "    return 2 * both / (pred | truth).sum(axis=(1, 2))\n",
        "Below stands the union.",
        "def dice(pred, truth):\n"
        "    both = (pred & truth).sum(axis=(1, 2))\n"
        "    return 2 * both / (pred.sum(axis=(1, 2)) + truth.sum(axis=(1, 2)))\n",
    ),
    Unit(
        "14_evaluation",
        "ppv",
        "def ppv(sensitivity, specificity, prevalence):\n"
        "    with np.errstate(invalid='ignore'):\n"
        "        right = sensitivity * prevalence\n"
        "        return right / (right + 1 - specificity)\n",
        "The false alarms are not weighed.",
        "def ppv(sensitivity, specificity, prevalence):\n"
        "    with np.errstate(invalid='ignore'):\n"
        "        right = sensitivity * prevalence\n"
        "        return right / (right + (1 - specificity) * (1 - prevalence))\n",
    ),
    Unit(
        "15_case_studies",
        "prior_shift",
        "def prior_shift(p, old, new):\n    return p * new / old\n",
        "is no rule of probability: it can pass 1.",
        "def prior_shift(p, old, new):\n"
        "    ill, healthy = p * new / old, (1 - p) * (1 - new) / (1 - old)\n"
        "    return ill / (ill + healthy)\n",
    ),
    Unit(
        "16_signals_text_and_generation",
        "rr_variation",
        "def rr_variation(peaks, rate):\n"
        "    if len(peaks) < 3:\n"
        "        return np.nan, np.nan\n"
        "    rr = np.diff(peaks) / rate\n"
        "    return (60 / rr).mean(), rr.std(ddof=1) / rr.mean()\n",
        "A mean of rates: 60 / RR for each interval, then averaged.",
        "def rr_variation(peaks, rate):\n"
        "    if len(peaks) < 3:\n"
        "        return np.nan, np.nan\n"
        "    rr = np.diff(peaks) / rate\n"
        "    return 60 / rr.mean(), rr.std(ddof=1) / rr.mean()\n",
    ),
    Unit(
        "17_statistical_view",
        "standard_errors",
        "def standard_errors(X, p):\n"
        "    return np.sqrt(1 / np.diag(X.T @ (X * (p * (1 - p))[:, None])))\n",
        "First invert, then take the diagonal.",
        "def standard_errors(X, p):\n"
        "    J = X.T @ (X * (p * (1 - p))[:, None])\n"
        "    return np.sqrt(np.diag(np.linalg.inv(J)))\n",
    ),
    Unit(
        "18_scaling_up",
        "matmul_intensity",
        "def matmul_intensity(m, k, n, bytes_per_number):\n"
        "    return m * k * n / (bytes_per_number * (m * k + k * n + m * n))\n",
        "A multiply-add is two operations",
        "def matmul_intensity(m, k, n, bytes_per_number):\n"
        "    return 2 * m * k * n / (bytes_per_number * (m * k + k * n + m * n))\n",
    ),
    Unit(
        "19_capstone",
        "site_map",
        "def site_map(images, site):\n"
        "    means = [images[site == one].mean(axis=0) for one in np.unique(site)]\n"
        "    return np.nan_to_num(np.var(means, axis=0) / images.var(axis=0))\n",
        "A clinic with two pictures weighs as much as one with eight.",
        "def site_map(images, site):\n"
        "    means = np.array([images[site == one].mean(axis=0) for one in site])\n"
        "    with np.errstate(invalid='ignore'):\n"
        "        return np.nan_to_num(means.var(axis=0) / images.var(axis=0))\n",
        lecture=False,
    ),
]
