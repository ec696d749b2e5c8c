"""Fuzz what reads a student's process, guided by coverage: only BadFrame may come of it.

``pip install atheris``, then ``python tests/grading/sandbox/fuzz_wire.py -max_total_time=600``;
other options are libFuzzer's. It stops at the first input that raises anything else, takes memory
that it did not send, does not arrive as it was sent, or that the comparison cannot bear.
"""

import json
import sys
import tempfile
import warnings
from dataclasses import replace
from pathlib import Path

import atheris
import numpy as np

with atheris.instrument_imports(include=["dlcourse.grading", "dlcourse.checks"]):
    from dlcourse.checks import compare
    from dlcourse.checks.outcome import Outcome
    from dlcourse.grading.sandbox import outcomes, wire

KINDS = [*wire._PLAIN, "array", "scalar", "tuple", "list"]
WORDS = [*wire.DTYPES, *KINDS, "0x1p-3", "nan", "7", "ValueError", "builtins", "overflow"]
ARGUMENTS = (1.5, "a")
DESCRIBED = json.dumps(outcomes.describe(Outcome(arguments=ARGUMENTS), []))
TOKENS = (
    *wire.DTYPES,
    *(f'["{kind}",' for kind in KINDS),
    *('"values":', '"error":', '"float_errors":', '"warnings":', '"outcome":'),
    *('"builtins"', '"ValueError"', '"overflow"', "null", "true", "[]", "0x1p-3", '["none"]'),
)
SAMPLES = (
    Outcome(np.arange(6.0).reshape(2, 3)),
    Outcome((np.float32(1), [1, 2.5, "a", None, True, 1j])),
    Outcome(error=ValueError("no"), float_errors=frozenset(["overflow"])),
    Outcome(error=np.linalg.LinAlgError("singular"), warnings=["Warning: w"]),
    Outcome(wire.opaque("torch", "Tensor")),
    Outcome(np.empty((0, 3), bool)),
)
SAMPLES = tuple(replace(sample, arguments=ARGUMENTS) for sample in SAMPLES)
EXPECTED = (1.0, np.ones(3), np.ones((2, 3)), (np.ones(2), 0.5), "text")


def one_input(data):
    """Read ``data`` as a frame, a header with a body, an outcome, or a value to be sent."""
    provider = atheris.FuzzedDataProvider(data)
    kind = provider.ConsumeIntInRange(0, 3)
    rest = provider.ConsumeBytes(provider.remaining_bytes())
    if kind == 0:
        read_frame(rest)
    elif kind == 1:
        head, _, body = rest.partition(b"\n")
        read_parts(head, body)
    elif kind == 2:
        drawn = atheris.FuzzedDataProvider(rest)
        described = json.loads(DESCRIBED)
        described[drawn.PickValueInList(sorted(described))] = tree_from(drawn)
        head = json.dumps({"outcome": described}).encode()
        read_parts(head, drawn.ConsumeBytes(drawn.remaining_bytes()))
    else:
        there_and_back(value_from(atheris.FuzzedDataProvider(rest)))


def read_frame(data):
    try:
        head, body = wire.lengths(data[: wire.PREFIX.size].ljust(wire.PREFIX.size, b"\0"))
    except wire.BadFrame:
        return
    assert head <= wire.HEADER_CAP and body <= wire.BODY_CAP
    data = data[wire.PREFIX.size :]
    read_parts(data[:head], data[head : head + body])


def read_parts(head, body):
    try:
        found = wire.header(head)
        assert type(found) is dict
        outcome = outcomes.read(found.get("outcome"), body, ARGUMENTS)
    except wire.BadFrame:
        return
    assert outcome.error is None or isinstance(outcome.error, BaseException)
    assert set(outcome.mutated) <= {0, 1} and outcome.float_errors <= outcomes.FLOAT_ERRORS
    size, nodes = cost(outcome.value)
    assert size <= len(body) and nodes <= wire.NODE_CAP
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for expected in EXPECTED:
            problem = compare.difference(outcome.value, expected)
            assert problem is None or type(problem) is str


def cost(value):
    """Return the bytes of all arrays in ``value`` and how many values it holds."""
    if isinstance(value, tuple | list):
        parts = [cost(item) for item in value]
        return sum(size for size, _ in parts), 1 + sum(nodes for _, nodes in parts)
    numeric = isinstance(value, np.ndarray | np.generic) and value.dtype != object
    return (value.nbytes if numeric else 0), 1


def tree_from(provider, depth=0):
    """Return a JSON value drawn from ``provider``, much like an encoded one."""
    kind = provider.ConsumeIntInRange(0, 9 if depth < 6 else 5)
    if kind < 4:
        return (
            None,
            provider.ConsumeBool(),
            provider.ConsumeInt(8),
            provider.ConsumeUnicode(8),
        )[kind]
    if kind < 6:
        return provider.PickValueInList(WORDS)
    first = [provider.PickValueInList(KINDS)] if kind < 9 else []
    drawn = (tree_from(provider, depth + 1) for _ in range(provider.ConsumeIntInRange(0, 4)))
    return first + list(drawn)


def value_from(provider, depth=0):
    """Return a value that may travel, drawn from ``provider``."""
    kind = provider.ConsumeIntInRange(0, 9 if depth < 4 else 7)
    if kind < 5:
        return (
            None,
            provider.ConsumeBool(),
            provider.ConsumeInt(16),
            provider.ConsumeFloat(),
            provider.ConsumeUnicodeNoSurrogates(12),
        )[kind]
    if kind == 5:
        return complex(provider.ConsumeFloat(), provider.ConsumeFloat())
    if kind < 8:
        dtype = np.dtype(provider.PickValueInList(sorted(wire.DTYPES)))
        shape = provider.ConsumeIntListInRange(provider.ConsumeIntInRange(0, 3), 0, 3)
        size = int(np.prod(shape, dtype=int)) * dtype.itemsize
        data = provider.ConsumeBytes(size).ljust(size, b"\0")
        if dtype.kind == "b":
            data = bytes(b & 1 for b in data)
        array = np.frombuffer(data, dtype).reshape(shape)
        return array if kind == 6 or array.size != 1 else array.ravel()[0]
    several = [value_from(provider, depth + 1) for _ in range(provider.ConsumeIntInRange(0, 4))]
    return several if kind == 8 else tuple(several)


def there_and_back(value):
    first = as_frame(Outcome(value, arguments=ARGUMENTS))
    head, length = wire.lengths(first[: wire.PREFIX.size])
    rest = first[wire.PREFIX.size :]
    assert len(rest) == head + length
    read = outcomes.read(wire.header(rest[:head])["outcome"], rest[head:], ARGUMENTS)
    # Equal bytes tell apart what == cannot: NaN, -0.0, types, dtypes.
    assert as_frame(replace(read, arguments=ARGUMENTS)) == first, value


def as_frame(outcome):
    body = []
    return wire.pack({"outcome": outcomes.describe(outcome, body)}, body)


def main():
    with tempfile.TemporaryDirectory() as folder:
        tokens, corpus = Path(folder, "tokens"), Path(folder, "corpus")
        corpus.mkdir()
        escaped = (token.replace('"', '\\"') for token in TOKENS)
        tokens.write_text("".join(f'"{token}"\n' for token in escaped))
        for i, sample in enumerate(SAMPLES):
            frame = as_frame(sample)
            head, _ = wire.lengths(frame[: wire.PREFIX.size])
            rest = frame[wire.PREFIX.size :]
            # The provider takes its integers from the end.
            Path(corpus, f"frame{i}").write_bytes(frame + b"\0")
            Path(corpus, f"parts{i}").write_bytes(rest[:head] + b"\n" + rest[head:] + b"\1")
            Path(corpus, f"value{i}").write_bytes(rest + b"\3")
        limits = ["-rss_limit_mb=1024", "-malloc_limit_mb=64", "-timeout=10"]
        arguments = [sys.argv[0], *limits, f"-dict={tokens}", *sys.argv[1:], str(corpus)]
        atheris.Setup(arguments, one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
