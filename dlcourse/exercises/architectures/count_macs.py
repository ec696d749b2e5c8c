"""Lab 10, count_macs: hooks that count somebody else's network, and leave no trace."""

import torch
from torch import nn

from dlcourse.architectures import count_macs as from_library
from dlcourse.checks import Exercise, Mistake, TorchRead

from ._reads import read_count_macs

COUNTED = (nn.Conv2d, nn.ConvTranspose2d, nn.Linear)


def count_macs_inputs(rng):
    def case(kind, n, channels):
        height, width = map(int, rng.integers(6, 12, 2))
        return kind, int(rng.integers(2**31)), rng.normal(size=(n, channels, height, width))

    # Batches of one too, small: the first to be shown where all fail.
    return [
        case("strided", 1, 2), case("groups", 1, 4), case("strided", 4, 3), case("thrice", 2, 4),
        case("up", 1, 1),
    ]  # fmt: skip


def products(layer, given, output):
    """Return the multiply-adds of a batch in one of the three kinds of layers."""
    places = given if isinstance(layer, nn.ConvTranspose2d) else output
    return places.numel() * layer.weight[0].numel()


def count_macs(model, x):
    handles, total = [], []

    def note(layer, inputs, output):
        total.append(products(layer, inputs[0], output))

    for layer in model.modules():
        if isinstance(layer, COUNTED):
            handles.append(layer.register_forward_hook(note))
    modes = [(part, part.training) for part in model.modules()]
    model.eval()
    model(x)
    for handle in handles:
        handle.remove()
    for part, training in modes:
        part.training = training
    return sum(total) // len(x)


def count(
    model, x, *,
    of=products, kinds=COUNTED, per_image=True, once=False, remove=True, mode="eval", back=True,
):  # fmt: skip
    """Return the multiply-adds; the options are the ways in which this is done wrong."""
    total, seen = [], set()

    def hook(layer, given, output):
        if not (once and layer in seen):
            total.append(of(layer, given[0], output))
        seen.add(layer)

    handles = [m.register_forward_hook(hook) for m in model.modules() if isinstance(m, kinds)]
    modes = [(part, part.training) for part in model.modules()]
    if mode == "eval":
        model.eval()
    with torch.no_grad():
        model(x)
    for handle in handles if remove else ():
        handle.remove()
    if back:
        for part, training in modes:
            part.training = training
    return int(sum(total)) // (len(x) if per_image else 1)


def one_image(model, x):
    total, modes = 0, {m: m.training for m in model.modules()}

    def note(layer, given, output):
        nonlocal total
        places = given[0] if isinstance(layer, nn.ConvTranspose2d) else output
        if isinstance(layer, COUNTED):
            total += places.numel() * layer.weight[0].numel()

    handles = [m.register_forward_hook(note) for m in model.modules()]
    try:
        model.eval()
        model(x[:1])
    finally:
        for handle in handles:
            handle.remove()
        for m, training in modes.items():
            m.training = training
    return total


def by_a_global_hook(model, x):
    rows = []

    def note(layer, given, output):
        if isinstance(layer, COUNTED):
            rows.append(products(layer, given[0], output) / len(x))

    modes = [m.training for m in model.modules()]
    handle = nn.modules.module.register_module_forward_hook(note)
    model.eval()(x)
    handle.remove()
    for m, training in zip(model.modules(), modes, strict=True):
        m.training = training
    return round(sum(rows))


def wrong(**options):
    return lambda model, x: count(model, x, **options)


def groups_ignored(layer, given, output):
    if isinstance(layer, nn.Conv2d):
        height, width = layer.kernel_size
        return output.numel() * layer.in_channels * height * width
    return products(layer, given, output)


def rows_forgotten(layer, given, output):
    if isinstance(layer, nn.Linear):
        return layer.weight.numel() * len(output)
    return products(layer, given, output)


def with_biases(layer, given, output):
    biases = output.numel() if layer.bias is not None else 0
    return products(layer, given, output) + biases


def at_the_inputs_places(layer, given, output):
    if isinstance(layer, nn.Conv2d):
        return given[:, 0].numel() * layer.weight.numel()
    return products(layer, given, output)


def everything(layer, given, output):
    return products(layer, given, output) if isinstance(layer, COUNTED) else output.numel()


EXERCISE = Exercise(
    "count_macs",
    points=4,
    answer=count_macs,
    inputs=count_macs_inputs,
    forbidden=("dlcourse", "flop_counter"),
    torch=TorchRead(read_count_macs),
    also_right=[one_image, by_a_global_hook, from_library],
    mistakes=[
        Mistake("That is the work of the whole batch: divide by len(x).", wrong(per_image=False)),
        Mistake(
            "Those are the weights. Work is how often they are used: at every place.",
            lambda model, x: sum(p.numel() for p in model.parameters()),
        ),
        Mistake(
            "With groups a filter reads fewer channels: layer.weight[0].numel() knows how many.",
            wrong(of=groups_ignored),
        ),
        Mistake(
            "A layer that is used three times works three times: count at every use.",
            wrong(once=True),
        ),
        Mistake(
            "A dense layer on a map runs once for every row of it: output.numel() * in_features.",
            wrong(of=rows_forgotten),
        ),
        Mistake(
            "A transposed convolution scatters a kernel from each place of its input. You counted "
            "at its output, as thop and torchinfo do.",
            wrong(of=lambda layer, given, output: output.numel() * layer.weight[0].numel()),
            credit=0.5,
        ),
        Mistake(
            "Transposed convolutions are missing: three kinds of layers count.",
            wrong(kinds=(nn.Conv2d, nn.Linear)),
        ),
        Mistake("The dense layers work too.", wrong(kinds=(nn.Conv2d, nn.ConvTranspose2d))),
        Mistake("To add a bias is no multiply-add.", wrong(of=with_biases)),
        Mistake(
            "Batch norm and ReLU count nothing by our convention.",
            wrong(of=everything, kinds=(*COUNTED, nn.BatchNorm2d, nn.ReLU)),
        ),
        Mistake(
            "Twice too many: a multiplication with its addition counts once.",
            lambda model, x: 2 * count_macs(model, x),
            credit=0.5,
        ),
        Mistake(
            "A convolution's filters stand at the output's places.", wrong(of=at_the_inputs_places)
        ),
        Mistake(
            "Your hooks are still on the network, and the next call counts twice: handle.remove().",
            wrong(remove=False),
            credit=0.5,
        ),
        Mistake(
            "In train mode the forward moved the running averages of batch norm: eval() first.",
            wrong(mode="as it was"),
            credit=0.5,
        ),
        Mistake(
            "You left the network in eval mode: put each part back as it was.",
            wrong(back=False),
            credit=0.75,
        ),
    ],
    hints=[
        "handle = layer.register_forward_hook(f): after each use torch calls f(layer, inputs, "
        "output), where inputs is a tuple.",
        "A convolution: output.numel() * layer.weight[0].numel(). A transposed one: the same with "
        "inputs[0] in place of output.",
        "Note part.training of every part of model.modules(), then model.eval(), run, put back.",
        "Divide by len(x), or run x[:1] only. Last: handle.remove() for each.",
    ],
)
