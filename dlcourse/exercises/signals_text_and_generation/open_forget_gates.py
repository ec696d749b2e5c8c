"""Lab 16, open_forget_gates: an LSTM that starts by keeping. nn.LSTM belongs to torch."""

import torch

from dlcourse.checks import Exercise, Mistake, TorchRead

from ._reads import read_forget_gates


def open_forget_gates_inputs(rng):
    def case(kind, hidden, value, steps=6):
        x = rng.normal(size=(steps, 2, 3))
        return kind, hidden, int(rng.integers(2**31)), value, x

    return [
        case("one layer", 4, 3.0),
        case("two layers", 3, 2.0),
        case("both directions", 2, 1.5),
        case("one layer", 1, 0.0),
        case("one layer", 5, round(float(rng.uniform(3.5, 5)), 2), 12),
    ]


def open_forget_gates(lstm, value):
    h = lstm.hidden_size
    with torch.no_grad():
        for name, parameter in lstm.named_parameters():
            if name.startswith("bias_ih"):
                parameter[h : 2 * h] = value
            elif name.startswith("bias_hh"):
                parameter[h : 2 * h] = 0


def half_each(lstm, value):
    for name, parameter in lstm.named_parameters():
        if "bias" in name:
            parameter.data.chunk(4)[1].fill_(value / 2)


def what_is_left(lstm, value):
    sides = ("", "_reverse") if lstm.bidirectional else ("",)
    for layer in range(lstm.num_layers):
        for side in sides:
            given = getattr(lstm, f"bias_ih_l{layer}{side}").detach()
            other = getattr(lstm, f"bias_hh_l{layer}{side}")
            rows = slice(lstm.hidden_size, 2 * lstm.hidden_size)
            other.data[rows] = value - given[rows]


@torch.no_grad()
def by_loading(lstm, value):
    state = {name: tensor.clone() for name, tensor in lstm.state_dict().items()}
    for name, tensor in state.items():
        if name.startswith("bias"):
            tensor.view(4, -1)[1] = value if "_hh_" in name else 0.0
    lstm.load_state_dict(state)


def wrong(
    one=lambda part, value: part.fill_(value),
    other=lambda part, value: part.zero_(),
    rows=lambda p, h: p[h : 2 * h],
    names=lambda name: name.startswith("bias"),
    then=lambda lstm: None,
):
    """Return an answer; the options are the ways in which it is done wrong."""

    def answer(lstm, value):
        with torch.no_grad():
            for name, parameter in lstm.named_parameters():
                if names(name):
                    part = rows(parameter, lstm.hidden_size)
                    (other if "_hh" in name else one)(part, value)
        then(lstm)

    return answer


def left(part, value):
    return part


def fill(part, value):
    return part.fill_(value)


def weights_too(lstm, value):
    with torch.no_grad():
        for parameter in lstm.parameters():
            parameter[lstm.hidden_size : 2 * lstm.hidden_size] = value / 2


def zero_elsewhere(lstm, value):
    with torch.no_grad():
        for name, parameter in lstm.named_parameters():
            if name.startswith("bias"):
                parameter.zero_()
    open_forget_gates(lstm, value)


def watched(lstm, value):
    h = lstm.hidden_size
    for name, parameter in lstm.named_parameters():
        if name.startswith("bias"):
            parameter[h : 2 * h] = value / 2


EXERCISE = Exercise(
    "open_forget_gates",
    points=3,
    answer=open_forget_gates,
    inputs=open_forget_gates_inputs,
    forbidden=("dlcourse",),
    sitting=2,
    torch=TorchRead(read_forget_gates),
    also_right=[half_each, what_is_left, by_loading],
    mistakes=[
        Mistake(
            "torch adds its two biases, and you gave each the whole value: the gates see twice "
            "as much. Their sum counts.",
            wrong(other=fill),
            credit=0.5,
        ),
        Mistake(
            "bias_ih has it, and bias_hh still adds what it had. Set these rows of bias_hh to 0.",
            wrong(other=left),
            credit=0.5,
        ),
        Mistake(
            "bias_hh has it, and bias_ih still adds what it had. Set these rows of bias_ih to 0.",
            wrong(one=left, other=fill),
            credit=0.5,
        ),
        Mistake(
            "The biases of the other gates became 0. Leave all but the forget gate as it is.",
            zero_elsewhere,
            credit=0.5,
        ),
        Mistake(
            "You added value to what stood there. The sum of both shall be value.",
            wrong(one=lambda part, value: part.add_(value), other=left),
            credit=0.25,
        ),
        Mistake(
            "The first h rows belong to the input gate. The order is i, f, g, o.",
            wrong(rows=lambda p, h: p[:h]),
        ),
        Mistake(
            "Rows 2h to 3h are the candidate g. The order is i, f, g, o.",
            wrong(rows=lambda p, h: p[2 * h : 3 * h]),
        ),
        Mistake(
            "The last h rows belong to the output gate. The order is i, f, g, o.",
            wrong(rows=lambda p, h: p[3 * h :]),
        ),
        Mistake(
            "Every fourth row: torch lays the gates out as four blocks of h rows, not in turns.",
            wrong(rows=lambda p, h: p[1::4]),
            credit=0.25,
        ),
        Mistake(
            "All four gates were opened: the cell also writes everything. Rows h to 2h only.",
            wrong(rows=lambda p, h: p),
        ),
        Mistake(
            "Only the first layer. Each further one has biases of its own: loop over "
            "named_parameters().",
            wrong(
                names=lambda name: (
                    name in ("bias_ih_l0", "bias_hh_l0", "bias_ih_l0_reverse", "bias_hh_l0_reverse")
                )
            ),
            credit=0.5,
        ),
        Mistake(
            "An LSTM that reads in both directions has a second set, bias_ih_l0_reverse and so on.",
            wrong(names=lambda name: name.startswith("bias") and "reverse" not in name),
            credit=0.5,
        ),
        Mistake(
            "The forget gate's weights were overwritten, too: it no longer looks at the input. "
            "Biases only.",
            weights_too,
            credit=0.25,
        ),
        Mistake(
            "Right values, and the biases no longer learn. Switch autograd off while you write, "
            "with torch.no_grad(), not for the parameters.",
            wrong(
                then=lambda lstm: [
                    p.requires_grad_(False)
                    for n, p in lstm.named_parameters()
                    if n.startswith("bias")
                ]
            ),
            credit=0.5,
        ),
        Mistake(
            "If torch speaks of a leaf, or a view of one, used in place: it wants to follow what "
            "you do to a parameter. Write inside with torch.no_grad().",
            watched,
            credit=0.25,
        ),
    ],
    hints=[
        "lstm.named_parameters() gives bias_ih_l0, bias_hh_l0 and so on, (4 * hidden,) each.",
        "h = lstm.hidden_size; rows h to 2h belong to the forget gate.",
        "Inside with torch.no_grad(): put value into these rows of bias_ih and 0 into bias_hh's.",
    ],
)
