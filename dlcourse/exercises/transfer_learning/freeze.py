"""Lab 11, freeze: two switches, weights and batch normalization. Neither exists outside torch."""

from torch import nn

from dlcourse.checks import Exercise, Mistake, TorchRead

from .reads import read_freeze


def freeze_inputs(rng):
    def case(kind, n):
        return kind, int(rng.integers(2**31)), n, rng.normal(size=(3, 1, 4, 4)) + 0.5

    return [
        case("as built", 1),
        case("as built", 2),
        case("head frozen", 1),
        case("as built", 0),
        case("in eval mode", 1),
    ]


def freeze(model, n):
    for i, child in enumerate(model.children()):
        child.requires_grad_(i >= n)
        child.train(i >= n)


def all_on_then_some_off(model, n):
    model.requires_grad_(True)
    model.train()
    for child in list(model.children())[:n]:
        child.eval()
        for parameter in child.parameters():
            parameter.requires_grad = False


def by_identity(model, n):
    model.train()
    late = list(model.children())[n:]
    learning = {id(p) for child in late for p in child.parameters()}
    for p in model.parameters():
        p.requires_grad_(id(p) in learning)
    for child in list(model.children())[:n]:
        for part in child.modules():
            part.training = False


def by_name(model, n):
    model.train()
    frozen = [name for name, _ in model.named_children()][:n]
    for name, p in model.named_parameters():
        p.requires_grad = name.split(".")[0] not in frozen
    for name in frozen:
        model.get_submodule(name).eval()


def then(*changes):
    """Return an answer that freezes rightly and then does something more."""

    def answer(model, n):
        freeze(model, n)
        for change in changes:
            change(model)

    return answer


def wrong(weights=lambda i, n: i >= n, modes=lambda i, n: i >= n):
    """Return an answer with another rule for one of the two switches."""

    def answer(model, n):
        model.train()
        for i, child in enumerate(model.children()):
            child.requires_grad_(weights(i, n))
            child.train(modes(i, n))

    return answer


def attribute_of_the_module(model, n):
    model.train()
    for child in list(model.children())[:n]:
        child.requires_grad = False
        child.eval()


def counting_parameters(model, n):
    freeze(model, n)
    for i, p in enumerate(model.parameters()):
        p.requires_grad_(i >= n)


def never_switched_on(model, n):
    model.train()
    for child in list(model.children())[:n]:
        child.requires_grad_(False)
        child.eval()


def weights_only(model):
    for name, p in model.named_parameters():
        if name.endswith("bias"):
            p.requires_grad_(True)


def dropout_awake(model):
    for part in model.modules():
        if isinstance(part, nn.Dropout):
            part.train()


def weights_alone(model, n):
    for i, child in enumerate(model.children()):
        child.requires_grad_(i >= n)


def modes_not_set(model, n):
    for i, child in enumerate(model.children()):
        child.requires_grad_(i >= n)
        if i < n:
            child.eval()


EXERCISE = Exercise(
    "freeze",
    points=4,
    answer=freeze,
    inputs=freeze_inputs,
    torch=TorchRead(read_freeze),
    also_right=[all_on_then_some_off, by_identity, by_name],
    mistakes=[
        Mistake(
            "The batch norms stand still, and the weights learn: child.requires_grad_(False). "
            "Without the last underscore it sets an attribute that nobody reads.",
            attribute_of_the_module,
            credit=0.25,
        ),
        Mistake(
            "The weights are frozen, and the batch norms of the frozen children still move: "
            "child.eval().",
            weights_alone,
            credit=0.5,
        ),
        Mistake(
            "model.train() woke the batch norms of the frozen children. Call it before you freeze, "
            "or child.train(i >= n) for each.",
            wrong(modes=lambda i, n: True),
            credit=0.5,
        ),
        Mistake(
            "The whole network is in eval mode: what learns needs its dropout and batch norm "
            "awake.",
            then(lambda model: model.eval()),
            credit=0.5,
        ),
        Mistake(
            "Those are the last n children. The first n are next to the image.",
            wrong(lambda i, n: i < 3 - n, lambda i, n: i < 3 - n),
        ),
        Mistake("n counts children, not parameters.", counting_parameters),
        Mistake(
            "One child too many: the children 0 to n - 1.",
            lambda model, n: freeze(model, n + 1),
            credit=0.25,
        ),
        Mistake(
            "What is not frozen must learn, also where somebody had frozen it before.",
            never_switched_on,
            credit=0.5,
        ),
        Mistake(
            "What is not frozen belongs in train mode, also where the network came in eval mode.",
            modes_not_set,
            credit=0.75,
        ),
        Mistake("Nothing learns any more.", wrong(weights=lambda i, n: False)),
        Mistake(
            "The biases of the frozen children still learn. All parameters of a child.",
            then(weights_only),
            credit=0.25,
        ),
        Mistake(
            "The dropout of a frozen child is awake: the same image would have other features in "
            "every step.",
            then(dropout_awake),
            credit=0.5,
        ),
    ],
    hints=[
        "model.children() are the parts, in order from the image to the head.",
        "Two switches for each child: child.requires_grad_(...) and child.train(...).",
        "Both are True from child n on, and False before. child.train(False) is child.eval().",
    ],
)
