"""What a notebook says of this machine, and the comparison that it offers where there is a GPU."""

import pytest
import torch
from oracle import NO_GPU

from dlcourse.accelerated import devices

needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason=NO_GPU)


def test_without_a_gpu_one_line_says_so(monkeypatch, capsys):
    monkeypatch.setattr(devices.torch.cuda, "is_available", lambda: False)
    assert devices.found() == "torch finds no GPU and computes on the CPU"
    devices.cpu_beside_gpu(None, {"never": None})
    assert capsys.readouterr().out == "There is no GPU here to set beside the CPU.\n"


@needs_gpu
def test_with_a_gpu_it_is_named():
    assert devices.find_device().type == "cuda"
    assert torch.cuda.get_device_name(0) in devices.found()


@needs_gpu
def test_cpu_beside_gpu_shows_both_and_gives_the_memory_back(capsys):
    torch.ones(2, 2, device="cuda") @ torch.ones(2, 2, device="cuda")  # cuBLAS keeps a workspace
    torch.cuda.empty_cache()
    before = torch.cuda.memory_reserved()
    seen = set()

    def work(a, b):
        seen.add(a.device.type)
        return a @ b

    devices.cpu_beside_gpu(work, {"a product": (torch.ones(2000, 2000), torch.ones(2000, 2000))})
    heading, line = capsys.readouterr().out.splitlines()
    assert heading.split() == ["CPU", "GPU", "CPU", "/", "GPU"] and line.startswith("a product")
    assert seen == {"cpu", "cuda"}
    assert torch.cuda.memory_reserved() == before


def test_the_shortest_of_several_runs_counts_and_the_first_does_not(monkeypatch):
    clock = iter([0, 9] + [t for run in range(devices.REPEATS) for t in (10 * run, 10 * run + 2)])
    monkeypatch.setattr(devices.time, "perf_counter", lambda: next(clock))
    calls = []
    assert devices.shortest(calls.append, [torch.ones(1)]) == 2000
    assert len(calls) == devices.REPEATS + 1
