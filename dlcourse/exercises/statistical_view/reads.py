"""How an additive network of lab 17 is read. Nothing here answers anything."""

import torch


def read_additive(additive_net, p, hidden, seed):
    torch.manual_seed(seed)
    model = additive_net(p, hidden)
    found = {"parameters": sum(w.numel() for w in model.parameters())}
    generator = torch.Generator().manual_seed(seed)
    a, b = (torch.randn(30, p, generator=generator) for _ in range(2))
    level = 0.3 + torch.rand(1, generator=generator).item()
    weights = list(model.parameters())

    def fill():
        with torch.no_grad():
            for w in weights:
                w.copy_(torch.randn(w.shape, generator=generator))

    fill()

    def at(*columns):
        x = a.clone()
        x[:, list(columns)] = b[:, list(columns)]
        with torch.no_grad():
            return model(x)

    out = at()
    found["shape of the output"] = " x ".join(str(n) for n in out.shape)
    if tuple(out.shape) != (30,):
        return found
    pairs = [(i, j) for i in range(p) for j in range(i)]
    apart = max((float((at() - at(i) - at(j) + at(i, j)).abs().max()) for i, j in pairs), default=0)
    found["features interact"] = apart > 1e-3
    found["features that count"] = " ".join(
        str(j) for j in range(p) if float((at(j) - at()).abs().max()) > 1e-5
    )
    with torch.no_grad():
        mirrored = model(a.flip(1))
        middle = model(torch.zeros(1, p))
        far, near = model(torch.full((1, p), 1e9)), model(torch.full((1, p), 1e8))
        small, smaller = model(torch.full((1, p), 0.5)), model(torch.full((1, p), -0.5))
    found["all features have one curve"] = p > 1 and bool(torch.allclose(mirrored, out, atol=1e-4))
    found["flat far outside"] = bool((far - near).abs().max() < 1e-2)
    found["bends"] = bool((small + smaller - 2 * middle).abs().max() > 1e-4)
    drawn = [out]
    for _ in range(20):
        fill()
        drawn.append(at())
    drawn = torch.cat(drawn)
    found["goes beyond 1"], found["goes below 0"] = (
        bool((drawn.abs() > 1.001).any()),
        bool((drawn < 0).any()),
    )
    with torch.no_grad():
        for w in weights:
            w.fill_(level)  # so the order of the parameters does not matter
        found["outputs with all weights alike"] = model(a[:4])
    return found
