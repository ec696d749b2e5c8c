"""Attacks with torch: (name, statuses, source), each a wrong ``dice_loss`` that wants its points.

What the sandbox keeps in is the same as for NumPy; here stands what torch adds: gradients and
modules that lie, odd tensors, pickles, threads and compilers.
"""

WRONG = "def dice_loss(logits, target):\n    return (logits * target).sum()\n"
# The right number, in a way of which autograd knows nothing.
NUMBER = (
    "def number(logits, target):\n    p = torch.sigmoid(logits.detach()).flatten(1)\n"
    "    t = target.flatten(1)\n"
    "    return (1 - (2 * (p * t).sum(1) + 1) / (p.sum(1) + t.sum(1) + 1)).mean()\n"
)


def returns(expression, first=""):
    return f"{first}\ndef dice_loss(logits, target):\n    return {expression}\n"


def does(line, first=""):
    return f"{first}\ndef dice_loss(logits, target):\n    {line}\n    return logits.sum()\n"


def backward(line, first=""):
    """Return an answer with the right number, whose gradient is made by ``line``."""
    return (
        f"{first}\n{NUMBER}class Forged(torch.autograd.Function):\n"
        "    @staticmethod\n    def forward(ctx, x, value):\n"
        "        ctx.save_for_backward(x)\n        return value.clone()\n"
        f"    @staticmethod\n    def backward(ctx, slope):\n        {line}\n"
        "def dice_loss(logits, target):\n    return Forged.apply(logits, number(logits, target))\n"
    )


# Finds the module that reads torch answers, from within a call.
READER = """
import sys
def reader():
    frame = sys._getframe()
    while "_gradients" not in frame.f_globals:
        frame = frame.f_back
    return frame.f_globals
"""

GRADIENTS = [
    ("no way back", {"ok"}, NUMBER + returns("number(logits, target)")),
    ("only a flag", {"ok"}, NUMBER + returns("number(logits, target).requires_grad_()")),
    ("a way back that is 0", {"ok"}, NUMBER + returns("number(logits, target) + 0 * logits.sum()")),
    ("forged ones", {"ok"}, backward("return torch.ones_like(*ctx.saved_tensors), None")),
    ("forged noise", {"ok"}, backward("return torch.randn_like(*ctx.saved_tensors), None")),
    ("forged NaN", {"ok"}, backward("return ctx.saved_tensors[0] * torch.nan, None")),
    ("forged nothing", {"ok"}, backward("return None, None")),
    ("forged shape", {"ok"}, backward("return torch.ones(3), None")),
    ("raises on the way back", {"ok"}, backward("raise ValueError")),
    ("ends on the way back", {"died"}, backward("os._exit(0)", "import os")),
    ("hook on the way back", {"ok"}, NUMBER + does("logits.register_hook(lambda g: g * 0 + 1)")),
    (
        "patched autograd",
        {"ok"},
        "torch.autograd.grad = lambda out, inputs, *a, **k: [torch.ones_like(x) for x in inputs]\n"
        + NUMBER
        + returns("number(logits, target).requires_grad_()"),
    ),
    (
        "says that its gradient is right",
        {"ok"},
        READER + NUMBER + "def right(output, asked, notes):\n"
        "    return {name: 'right' for name in asked}\n"
        + returns("reader().update(_gradients=right) or number(logits, target)"),
    ),
    (
        "patched plain",
        {"ok"},
        READER + does("reader().update(plain=lambda value, device=None: True)"),
    ),
    (
        "equals everything",
        {"ok"},
        "class Yes:\n    __eq__ = __ne__ = lambda a, b: True\n"
        + READER
        + does("reader().update(plain=lambda value, device=None: Yes())"),
    ),
    (
        "note of its own",
        {"bad reply"},
        READER
        + does(
            "reader().update(_gradients=lambda o, a, notes: notes.add(('cut', '<b>right'))or {})"
        ),
    ),
    ("gradients off for good", {"ok"}, "torch.set_grad_enabled(False)\n" + WRONG),
    ("inference mode for good", {"ok"}, "torch.inference_mode().__enter__()\n" + WRONG),
    ("another default dtype", {"ok"}, "torch.set_default_dtype(torch.float16)\n" + WRONG),
    ("NaN checks off", {"ok"}, "torch.autograd.set_detect_anomaly(True, False)\n" + WRONG),
]

TENSORS = [
    ("sparse", {"ok"}, returns("logits.to_sparse()")),
    ("compressed rows", {"ok"}, returns("logits[0, 0].to_sparse_csr()")),
    ("meta", {"ok"}, returns("logits.sum().to('meta')")),
    ("NaN", {"ok"}, returns("logits.sum() * torch.nan")),
    ("complex", {"ok"}, returns("logits.sum() * 1j")),
    ("bfloat16", {"ok"}, returns("logits.sum().bfloat16()")),
    ("quantized", {"ok"}, returns("torch.quantize_per_tensor(logits.float(), 1, 0, torch.qint8)")),
    ("huge view", {"ok"}, returns("logits.sum().expand(2**40)")),
    ("huge", {"memory", "ok"}, returns("torch.ones(2**33) * logits.sum()")),
    ("strided beyond its end", {"ok"}, returns("logits.as_strided((9**9,), (1,))")),
    ("negative strides", {"ok"}, returns("torch.from_numpy(logits.detach().numpy()[::-1])")),
    ("freed storage", {"ok", "died"}, does("logits.untyped_storage().resize_(0)")),
    ("swapped data", {"ok"}, does("logits.data = torch.ones(9)")),
    ("nested", {"ok"}, returns("torch.nested.nested_tensor([logits[0, 0, 0]])")),
    ("list of tensors", {"ok"}, returns("[logits.sum()]")),
    ("module", {"ok"}, returns("torch.nn.ReLU()")),
    ("parameter", {"ok"}, returns("torch.nn.Parameter(torch.tensor(0.5))")),
    (
        "subclass that overrides every function",
        {"ok"},
        "class Yes(torch.Tensor):\n    @classmethod\n"
        "    def __torch_function__(cls, f, types, args=(), kwargs=None): return True\n"
        + returns("torch.zeros(()).as_subclass(Yes)"),
    ),
    (
        "subclass with its own numpy",
        {"ok"},
        "class Yes(torch.Tensor):\n    numpy = detach = lambda s: True\n"
        "    __eq__ = lambda s, o: True\n" + returns("torch.zeros(()).as_subclass(Yes)"),
    ),
    (
        "mode that overrides every function",
        {"ok"},
        "from torch.overrides import TorchFunctionMode\nclass Yes(TorchFunctionMode):\n"
        "    def __torch_function__(self, f, types, args=(), kwargs=None): return True\n"
        + does("Yes().__enter__()"),
    ),
]

MACHINE = [
    (
        "torch.load runs a pickle",
        {"ok", "forbidden"},
        "import io, pickle, os\nclass Evil:\n"
        "    def __reduce__(self): return os.system, ('touch {canary}/hacked',)\n"
        "box = io.BytesIO()\ntorch.save(Evil(), box)\n"
        + does("box.seek(0); torch.load(box, weights_only=False)"),
    ),
    ("torch.save outside", {"ok", "forbidden"}, does("torch.save(logits, '{canary}/hacked')")),
    ("torch.load outside", {"forbidden"}, does("torch.load('{canary}/secret')")),
    ("array from a file outside", {"ok"}, does("torch.from_file('{canary}/secret', True, 6)")),
    (
        "library outside",
        {"ok", "forbidden"},
        does("torch.ops.load_library('{canary}/secret')"),
    ),
    (
        "many threads",
        {"ok", "died"},
        does("torch.set_num_threads(500); torch.ones(999, 999) @ torch.ones(999)"),
    ),
    (
        "threads that stay",
        {"ok"},
        "import threading\ndef spin():\n    while True: torch.ones(9).sum()\n"
        + does("threading.Thread(target=spin, daemon=True).start()"),
    ),
    (
        "workers of a DataLoader",
        {"ok", "forbidden"},
        does("list(torch.utils.data.DataLoader([1, 2], num_workers=2))"),
    ),
    (
        "processes",
        {"ok", "forbidden"},
        "import torch.multiprocessing as mp\n" + does("mp.spawn(print, nprocs=2)"),
    ),
    ("shared memory", {"ok", "forbidden"}, does("logits.detach().share_memory_()")),
    (
        "sockets",
        {"ok", "forbidden", "died"},
        "HERE = {'init_method': 'tcp://127.0.0.1:9', 'rank': 0, 'world_size': 1}\n"
        + does("torch.distributed.init_process_group('gloo', **HERE)"),
    ),
    (
        "extension in C++",
        {"ok", "forbidden", "error"},
        "from torch.utils.cpp_extension import load_inline\n"
        + does("load_inline('evil', 'int f() { return 1; }')"),
    ),
    (
        "the course beside torch",
        {"forbidden"},
        does("from dlcourse.accelerated import conv2d; conv2d()"),
    ),
    (
        "the course's files",
        {"forbidden"},
        does("open('{repository}/dlcourse/accelerated/__init__.py')"),
    ),
    ("scikit-learn", {"forbidden"}, does("import sklearn")),
    ("memory", {"memory"}, does("keep = [torch.ones(2**24) for _ in range(99)]")),
    ("memory on the way back", {"memory"}, backward("return torch.ones(2**40), None")),
]

TIME = [
    ("endless way back", {"time-out"}, backward("[None for _ in iter(int, 1)]")),
    (
        "endless kernel",
        {"time-out"},
        does("for _ in range(9**9): torch.ones(99, 99) @ torch.ones(99, 99)"),
    ),
]
