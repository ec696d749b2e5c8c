"""Call a torch answer and write down in plain arrays what it did.

This runs on the answer's side, in the grader beside code that may be hostile. Nothing here is
believed: gradients are data like any value, and are compared elsewhere. What is added to
``notes``, (kind, name) pairs such as that nothing leads back to an argument, only chooses words.
"""

import contextlib

import numpy as np
import torch

from .networks import fill
from .tensors import all_floats, all_tensors, as_leaf, as_left, mapped, plain, to_tensors


def prepare():
    """Do before a process forks what torch would do in every child."""
    # Which instructions the processor has, /proc/cpuinfo says, and a child cannot read it.
    torch.backends.cpu.get_cpu_capability()
    image = torch.ones(1, 1, 3, 3)
    torch.nn.functional.conv2d(image, image)


def read_function(how, answer, given, notes):
    """Call ``answer``, a function of tensors; read its output and the gradients asked for."""
    with _undisturbed(how.device):
        tensors = to_tensors(given, how.device)
        asked = {
            name: mapped(tensors[i], as_leaf)
            for i, name in enumerate(how.names)
            if name in how.differentiate and all_floats(tensors[i])
        }
        handed = [
            # Not the leaf itself, which autograd forbids to change: a change shall be seen.
            mapped(asked[name], torch.clone) if name in asked else tensor
            for name, tensor in zip(how.names, tensors, strict=True)
        ]
        output = answer(*handed)
        _refuse_arrays(output)
        value = {"output": plain(output, how.device)}
        slopes = _gradients(output, asked, notes)
        value |= {f"gradient of {name}": slope for name, slope in slopes.items()}
        return value, as_left(handed)


def read_module(how, build, given, notes):
    """Build a module, fill it with drawn weights, and run it in both modes."""
    arguments = len(how.names) - len(how.forward) - 1
    with _undisturbed(how.device):
        module = build(*to_tensors(given[:arguments], how.device))
        _refuse_non_modules(module)
        tensors = to_tensors(given[arguments + 1 :], how.device)
        dtype = next((t.dtype for t in all_floats(tensors)), torch.float32)
        module.to(how.device, dtype)
        notes.update(_unregistered(module))
        parameters = _labelled(module.named_parameters(), "parameter", how.by)
        starts = {f"{n} at the start": plain(parameters[n]) for n in how.starts if n in parameters}
        fill(module, int(given[arguments]), how.by)
        buffers = _labelled(module.named_buffers(), "buffer", how.by)
        value = {"number of parameters": sum(p.numel() for p in parameters.values())}
        shapes = {name: str(tuple(t.shape)) for name, t in {**parameters, **buffers}.items()}
        value |= {f"shape of {name}": shape for name, shape in shapes.items()} | starts
        for mode in ("train", "eval"):
            module.train(mode == "train")
            _seed(how.device)
            leaves = {n: mapped(t, as_leaf) for n, t in zip(how.forward, tensors, strict=True)}
            handed = [mapped(leaf, torch.clone) for leaf in leaves.values()]
            output = module(*handed)
            value[f"output in {mode} mode"] = plain(output, how.device)
            inputs = {name: leaf for name, leaf in leaves.items() if all_floats(leaf)}
            slopes = _gradients(output, {**inputs, **parameters}, notes)
            value |= {f"gradient of {n} in {mode} mode": slope for n, slope in slopes.items()}
            if mode == "train":
                after = _labelled(module.named_buffers(), "buffer", how.by)
                value |= {f"{n} after train mode": plain(b) for n, b in after.items()}
        return value, (*given[: arguments + 1], *as_left(handed))


def read_by(how, answer, given, notes):
    """Let the exercise's own function build a network, call ``answer`` and look."""
    with _undisturbed(how.device):
        tensors = to_tensors(given, how.device)
        value = how.function(answer, *tensors)
        return plain(value), as_left(tensors)


def _gradients(output, asked, notes):
    """Return {name: gradient} as arrays, zeros where there is no way back, which is noted.

    The gradient is that of the output where this is one number, else of its sum with weights,
    so that numbers which change places are noticed.
    """
    results = [(i, t) for i, t in enumerate(all_tensors(output)) if torch.is_floating_point(t)]
    results = [(t, _weights(i, t)) for i, t in results if t.requires_grad]
    leaves = {
        name: [t for t in all_floats(tree) if t.requires_grad] for name, tree in asked.items()
    }
    flat = [leaf for several in leaves.values() for leaf in several]
    found = [None] * len(flat)
    if results and flat:
        tensors, weights = zip(*results, strict=True)
        found = torch.autograd.grad(tensors, flat, weights, allow_unused=True, retain_graph=True)
    slopes = {id(leaf): slope for leaf, slope in zip(flat, found, strict=True)}

    def slope_of(leaf):
        slope = slopes.get(id(leaf))
        return plain(torch.zeros_like(leaf) if slope is None else slope)

    for name, tree in asked.items():
        if all(slopes.get(id(leaf)) is None for leaf in all_floats(tree)):
            notes.add(("cut", name))
    return {name: mapped(tree, slope_of) for name, tree in asked.items()}


def _weights(position, tensor):
    if tensor.ndim == 0:
        return torch.ones_like(tensor)
    drawn = np.random.default_rng(position).normal(size=tuple(tensor.shape))
    return torch.as_tensor(drawn, dtype=tensor.dtype, device=tensor.device)


def _unregistered(module):
    """Yield a note on each attribute that holds tensors or modules, unknown to the module."""
    for part in module.modules():
        for name, value in vars(part).items():
            if name.startswith("_"):
                continue
            inside = list(value.values()) if isinstance(value, dict) else value
            inside = inside if isinstance(inside, list | tuple) else [inside]
            if any(isinstance(item, torch.nn.Module) for item in inside):
                yield "modules", name
            elif any(isinstance(item, torch.Tensor) for item in inside):
                yield "tensor", name


def _labelled(named, word, by):
    """Return {name: tensor}, with "parameter 1" and so on for names where order decides."""
    return {
        name if by == "name" else f"{word} {i}": tensor
        for i, (name, tensor) in enumerate(named, start=1)
    }


def _refuse_arrays(output):
    if isinstance(output, np.ndarray | np.generic):
        raise TypeError("returned a NumPy array; a torch tensor was asked for")
    for item in output if isinstance(output, tuple | list) else ():
        _refuse_arrays(item)


def _refuse_non_modules(module):
    if not isinstance(module, torch.nn.Module):
        raise TypeError(f"built {type(module).__name__}; needed an nn.Module")
    if getattr(type(module), "forward", None) is torch.nn.Module.forward:
        raise TypeError("found a module without forward: is it spelled and indented so?")


def _seed(device):
    # torch.manual_seed asks for every kind of GPU, and keeps a note of each call.
    torch.default_generator.manual_seed(0)
    if torch.device(device).type == "cuda":
        torch.cuda.manual_seed(0)


@contextlib.contextmanager
def _undisturbed(device):
    """Give the answer torch as it starts, and put the learner's settings back."""
    dtype = torch.get_default_dtype()
    devices = [device] if torch.device(device).type == "cuda" else []
    with torch.random.fork_rng(devices), torch.enable_grad():
        torch.set_default_dtype(torch.float32)
        _seed(device)
        try:
            yield
        except NotImplementedError as error:
            # The stub's says nothing; torch's own says what torch cannot do.
            if not str(error):
                raise
            raise RuntimeError(str(error)).with_traceback(error.__traceback__) from None
        except RuntimeError as error:
            if "can't allocate memory" not in str(error):
                raise
            raise MemoryError(str(error)).with_traceback(error.__traceback__) from None
        finally:
            torch.set_default_dtype(dtype)
