"""Lab 10, dense_block: every layer reads all maps so far."""

import torch
import torch.nn.functional as F

from dlcourse.checks import Exercise, Mistake, TorchFunction


def dense_block_inputs(rng):
    def case(n, channels, growth, layers):
        height, width = map(int, rng.integers(3, 6, 2))
        x = rng.normal(size=(n, channels, height, width))
        sizes = [(growth, channels + i * growth, 3, 3) for i in range(layers)]
        return x, [0.4 * rng.normal(size=size) for size in sizes]

    return [case(2, 3, 2, 3), case(2, 4, 4, 2), case(2, 2, 1, 4)]


def new(x, weight):
    """Return the maps that one layer adds."""
    return F.relu(F.conv2d(x, weight, padding=1))


def dense_block(x, weights):
    for weight in weights:
        x = torch.cat([x, new(x, weight)], dim=1)
    return x


def with_a_list(x, weights):
    maps = [x]
    for weight in weights:
        maps.append(torch.relu(torch.conv2d(torch.cat(maps, 1), weight, padding=1)))
    return torch.cat(maps, 1)


def filled_in(x, weights):
    parts = list(x.split(1, dim=1))
    for weight in weights:
        made = F.conv2d(F.pad(torch.cat(parts, dim=1), (1, 1, 1, 1)), weight).clamp(min=0)
        parts.extend(made.unbind(dim=1)[i][:, None] for i in range(len(weight)))
    return torch.hstack(parts)


def recursive(x, weights):
    if not weights:
        return x
    return recursive(torch.cat((x, new(x, weights[0])), dim=1), weights[1:])


def newest_first(x, weights):
    for weight in weights:
        x = torch.cat([new(x, weight), x], dim=1)
    return x


def of_the_last_only(x, weights):
    maps, last = [x], x
    for weight in weights:
        last = new(last, weight[:, : last.shape[1]])
        maps.append(last)
    return torch.cat(maps, dim=1)


def of_x_only(x, weights):
    return torch.cat([x, *(new(x, w[:, : x.shape[1]]) for w in weights)], dim=1)


def last_maps(x, weights):
    return dense_block(x, weights)[:, -len(weights[-1]) :]


def added(x, weights):
    for weight in weights:
        y = new(x, weight[:, : x.shape[1]])
        channels = min(x.shape[1], y.shape[1])
        x = torch.cat([x[:, :-channels], x[:, -channels:] + y[:, -channels:]], dim=1)
    return x


def without_relu(x, weights):
    for weight in weights:
        x = torch.cat([x, F.conv2d(x, weight, padding=1)], dim=1)
    return x


def relu_on_all(x, weights):
    for weight in weights:
        x = F.relu(torch.cat([x, F.conv2d(x, weight, padding=1)], dim=1))
    return x


def relu_first(x, weights):
    for weight in weights:
        x = torch.cat([x, F.conv2d(F.relu(x), weight, padding=1)], dim=1)
    return x


def reversed_at_the_end(x, weights):
    y = dense_block(x, weights)
    return torch.cat([x, y[:, x.shape[1] :].flip(dims=[1])], dim=1)


def without_padding(x, weights):
    for weight in weights:
        y = F.relu(F.conv2d(x, weight))
        x = torch.cat([x[:, :, 1:-1, 1:-1], y], dim=1)
    return x


EXERCISE = Exercise(
    "dense_block",
    points=2,
    answer=dense_block,
    inputs=dense_block_inputs,
    forbidden=("dlcourse",),
    sitting=2,
    torch=TorchFunction(differentiate=("x", "weights")),
    also_right=[with_a_list, filled_in, recursive],
    mistakes=[
        Mistake("Oldest maps first: the next kernel expects them in that order.", newest_first),
        Mistake(
            "Each of your layers reads the last maps only. It reads everything so far.",
            of_the_last_only,
        ),
        Mistake(
            "All of your layers read x. They read the maps of the earlier layers as well.",
            of_x_only,
        ),
        Mistake(
            "x is missing from the result: it goes on with all others.",
            lambda x, weights: dense_block(x, weights)[:, x.shape[1] :],
            credit=0.5,
        ),
        Mistake("Only the newest maps came back. All of them go on.", last_maps, credit=0.5),
        Mistake("You added the new maps: that is ResNet. Here they are laid beside.", added),
        Mistake("The ReLU on the new maps is missing.", without_relu),
        Mistake("ReLU once, on the new maps. x stays as it was.", relu_on_all),
        Mistake(
            "ReLU before the convolution is DenseNet's own order; here it comes after, on the new "
            "maps.",
            relu_first,
            credit=0.5,
        ),
        Mistake("In order of birth: you turned the new maps round.", reversed_at_the_end),
        Mistake("padding=1 keeps the size, so that nothing must be cut away.", without_padding),
    ],
    hints=[
        "torch.cat([a, b], dim=1) lays maps beside each other.",
        "Loop over weights: new = F.relu(F.conv2d(x, weight, padding=1)).",
        "x = torch.cat([x, new], dim=1), and go on with this x.",
    ],
)
