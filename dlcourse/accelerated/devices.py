"""Where torch computes: what this machine has, and what a GPU is worth."""

import time

import torch

REPEATS = 5


def find_device():
    """Return the torch.device to compute on: a CUDA GPU, or the CPU where there is none."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def found():
    """Return one sentence on what torch finds here."""
    if find_device().type == "cpu":
        return "torch finds no GPU and computes on the CPU"
    card = torch.cuda.get_device_properties(0)
    return f"torch finds a GPU: {card.name}, {card.total_memory / 1e9:.0f} GB"


def cpu_beside_gpu(work, cases):
    """Print how long ``work`` takes on the CPU and on the GPU, or that there is no GPU here.

    The shortest of five runs counts, after one that does not: the first loads libraries. The
    GPU's memory is given back.

    Parameters
    ----------
    work : function of tensors, which computes where they are
    cases : dict of tuples of tensors on the CPU, under the names to print
    """
    gpu = find_device()
    if gpu.type == "cpu":
        print("There is no GPU here to set beside the CPU.")
        return
    print(f"{'':20} {'CPU':>11} {'GPU':>11} {'CPU / GPU':>10}")
    for name, tensors in cases.items():
        on_cpu = shortest(work, tensors)
        on_gpu = shortest(work, [tensor.to(gpu) for tensor in tensors])
        print(f"{name:20} {on_cpu:8.2f} ms {on_gpu:8.2f} ms {on_cpu / on_gpu:10.1f}")
    torch.cuda.empty_cache()


def shortest(work, tensors):
    """Return the shortest of several times of ``work(*tensors)``, in milliseconds."""
    times = []
    for _ in range(REPEATS + 1):
        start = time.perf_counter()
        work(*tensors)
        if tensors[0].is_cuda:
            torch.cuda.synchronize()  # the call returns while the GPU still computes
        times.append(1000 * (time.perf_counter() - start))
    return min(times[1:])
