"""Is training in two processes faster? Two networks, the same batch in all. For unit 18.

Launched through torchrun's own launcher with gloo, on CPUs, one thread for each process. Times are
by the clock, since waiting counts: the smallest of several rounds. They depend on the machine, on
how many cores it has free, and on nothing else as much.
"""

import json
import tempfile

from dlcourse.training.launch import launch

SEEDS = range(3)
SCRIPT = """
import json, os, time, torch, torch.distributed as dist
from torch import nn
from torch.nn.parallel import DistributedDataParallel as DDP
torch.set_num_threads(1)
dist.init_process_group("gloo")
rank, workers = dist.get_rank(), dist.get_world_size()

def smallest(step, calls, rounds=5):
    step()
    times = []
    for _ in range(rounds):
        dist.barrier()
        began = time.perf_counter()
        for _ in range(calls):
            step()
        times.append((time.perf_counter() - began) / calls)
    return 1e3 * min(times)

def network(name, sizes, batch, calls):
    torch.manual_seed(SEED)
    layers = [part for a, b in zip(sizes, sizes[1:]) for part in (nn.Linear(a, b), nn.ReLU())]
    plain = nn.Sequential(*layers[:-1])
    model = DDP(plain) if workers > 1 else plain
    x, optimizer = torch.randn(batch // workers, sizes[0]), torch.optim.SGD(plain.parameters(), 0.1)

    def step():
        optimizer.zero_grad()
        model(x).square().mean().backward()
        optimizer.step()

    g = torch.randn(sum(p.numel() for p in plain.parameters()))
    return name, {
        "ms a step": smallest(step, calls),
        "ms of all-reduce": smallest(lambda: dist.all_reduce(g), calls),
    }

found = dict([
    network("digits, 2,410 weights", (64, 32, 10), 64, 50),
    network("2.1 million weights", (1024, 1024, 1024), 256, 4),
])
if rank == 0:
    print(json.dumps(found))
dist.destroy_process_group()
"""


def measure(seed):
    """Return {network: {number of processes: milliseconds}}."""
    found = {}
    for processes in (1, 2):
        with tempfile.TemporaryDirectory() as folder:
            printed = launch(f"SEED = {seed}\n{SCRIPT}", folder, processes)
        for name, times in json.loads(printed[0]).items():
            rounded = {what: float(f"{ms:.3g}") for what, ms in times.items()}
            found.setdefault(name, {})[str(processes)] = rounded
    return found
