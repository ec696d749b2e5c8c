"""Lab 11, parameter_groups: slower and slower towards the image, as an optimizer wants it."""

from dlcourse.checks import Exercise, Mistake, TorchRead

from .reads import read_groups


def parameter_groups_inputs(rng):
    return [
        ("layers", 0.5, 0.5),
        ("blocks", 0.125, 0.25),
        ("first frozen", 1.0, 0.5),
        ("layers", 0.25, 1.0),
        ("layers", float(rng.uniform(0.01, 0.1)), float(rng.uniform(0.2, 0.8))),
    ]


def parts(model):
    """Return the lists of parameters of the children that have any."""
    found = [list(child.parameters()) for child in model.children()]
    return [params for params in found if params]


def parameter_groups(model, lr, decay):
    found = parts(model)
    return [
        {"params": params, "lr": lr * decay ** (len(found) - 1 - i)}
        for i, params in enumerate(found)
    ]


def from_the_back(model, lr, decay):
    groups = []
    for child in reversed(list(model.children())):
        if any(True for _ in child.parameters()):
            groups.append({"params": child.parameters(), "lr": lr})
            lr = lr * decay
    return groups


def one_group_per_parameter(model, lr, decay):
    groups, found = [], parts(model)
    for distance, params in enumerate(found[::-1]):
        groups += [{"params": [p], "lr": lr * decay**distance} for p in params]
    return groups


def by_name(model, lr, decay):
    owners = dict.fromkeys(name.split(".")[0] for name, _ in model.named_parameters())
    rates = {owner: lr * decay**i for i, owner in enumerate(reversed(owners))}
    return [
        {"params": [p], "lr": rates[name.split(".")[0]]} for name, p in model.named_parameters()
    ]


def at(rate):
    """Return an answer whose group i of n has the rate ``rate(lr, decay, i, n)``."""

    def answer(model, lr, decay):
        found = parts(model)
        return [
            {"params": params, "lr": rate(lr, decay, i, len(found))}
            for i, params in enumerate(found)
        ]

    return answer


def every_child_counts(model, lr, decay):
    children = list(model.children())
    last = len(children) - 1
    return [
        {"params": list(child.parameters()), "lr": lr * decay ** (last - i)}
        for i, child in enumerate(children)
        if list(child.parameters())
    ]


def one_per_parameter(model, lr, decay):
    found = list(model.parameters())
    last = len(found) - 1
    return [{"params": [p], "lr": lr * decay ** (last - i)} for i, p in enumerate(found)]


def weights_only(model, lr, decay):
    return [
        {**group, "params": [p for p in group["params"] if p.ndim > 1]}
        for group in parameter_groups(model, lr, decay)
    ]


def in_two_groups(model, lr, decay):
    *early, head = parameter_groups(model, lr, decay)
    return [*early, {"params": list(model.parameters()), "lr": head["lr"]}]


def without_frozen(model, lr, decay):
    groups = []
    for group in parameter_groups(model, lr, decay):
        learning = [p for p in group["params"] if p.requires_grad]
        if learning:
            groups.append({**group, "params": learning})
    return groups


EXERCISE = Exercise(
    "parameter_groups",
    points=3,
    answer=parameter_groups,
    inputs=parameter_groups_inputs,
    torch=TorchRead(read_groups),
    tolerance=(1e-9, 1e-12),
    also_right=[from_the_back, one_group_per_parameter, by_name],
    mistakes=[
        Mistake(
            "The first layer is the fastest. The head, the last child, has lr; all others are "
            "slower.",
            at(lambda lr, decay, i, n: lr * decay**i),
            credit=0.25,
        ),
        Mistake(
            "Divided by decay: layers near the image would run away. Multiply.",
            at(lambda lr, decay, i, n: lr / decay ** (n - 1 - i)),
        ),
        Mistake(
            "decay times the distance. It is decay to the power of the distance from the head.",
            at(lambda lr, decay, i, n: lr * decay * (n - 1 - i) if i < n - 1 else lr),
            credit=0.25,
        ),
        Mistake(
            "A ReLU is no step: only children that have parameters count.",
            every_child_counts,
            credit=0.5,
        ),
        Mistake(
            "The whole body has one rate. Each child further from the head is slower by decay.",
            at(lambda lr, decay, i, n: lr if i == n - 1 else lr * decay),
            credit=0.5,
        ),
        Mistake("One rate for all: decay is not used.", at(lambda lr, decay, i, n: lr)),
        Mistake(
            "Every parameter has a rate of its own. Weight and bias of one child share theirs.",
            one_per_parameter,
            credit=0.25,
        ),
        Mistake(
            "The head is slowed down as well. It has lr itself.",
            at(lambda lr, decay, i, n: lr * decay ** (n - i)),
            credit=0.5,
        ),
        Mistake(
            "Biases, and what batch norm learns, are in no group. They would never learn, and "
            "nothing says so.",
            weights_only,
            credit=0.25,
        ),
        Mistake(
            "The head is in no group, and would never learn, silently.",
            lambda model, lr, decay: parameter_groups(model, lr, decay)[:-1],
        ),
        Mistake(
            "Only the head is in a group. The body was to learn too, more slowly.",
            lambda model, lr, decay: parameter_groups(model, lr, decay)[-1:],
        ),
        Mistake(
            "The same parameter is in two groups, and torch refuses. The last group is the head "
            "only.",
            in_two_groups,
        ),
        Mistake(
            "Frozen parameters are left out. They may be in a group, and a later thaw needs them "
            "there.",
            without_frozen,
            credit=0.75,
        ),
    ],
    hints=[
        "A group is a dict: {'params': list(child.parameters()), 'lr': ...}.",
        "Leave out children without parameters, then count the distance from the last one left.",
        "Distance 0 has lr, distance 1 has lr * decay, distance 2 has lr * decay ** 2.",
    ],
)
