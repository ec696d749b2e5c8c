"""The wire: what goes in comes out, and whatever else arrives is refused, at bounded cost."""

import json
import math
import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dlcourse.checks.outcome import Outcome, changed
from dlcourse.grading.sandbox import outcomes, wire

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**399), 10**399),
    st.floats(),
    st.complex_numbers(),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=50),
)
ARRAYS = hnp.arrays(
    st.sampled_from([np.dtype(d) for d in sorted(wire.DTYPES)]),
    hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
)
VALUES = st.recursive(
    SCALARS | ARRAYS,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=8).map(wire.sendable), inner, max_size=4)
    ),
    max_leaves=12,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.sampled_from(["list"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=20,
)
KINDS = st.sampled_from(
    ["tuple", "list", "dict", "array", "scalar", "opaque", "objects", *wire._PLAIN]
)
TREES = st.recursive(
    JSON | st.sampled_from([*wire.DTYPES, "object", "nan", "0x1p4", "1e999"]),
    lambda inner: (
        st.tuples(KINDS, inner, inner).map(list)
        | st.tuples(KINDS, inner).map(list)
        | st.lists(inner, max_size=3)
    ),
    max_leaves=12,
)


def there_and_back(value):
    body = []
    frame = wire.pack({"value": wire.encode(value, body)}, body)
    head, length = wire.lengths(frame[: wire.PREFIX.size])
    rest = frame[wire.PREFIX.size :]
    assert len(rest) == head + length
    return wire.decode(wire.header(rest[:head])["value"], rest[head:])


def alike(a, b):
    if isinstance(a, tuple | list):
        return type(a) is type(b) and len(a) == len(b) and all(map(alike, a, b))
    if isinstance(a, dict):
        return type(b) is dict and list(a) == list(b) and all(alike(a[n], b[n]) for n in a)
    if isinstance(a, np.ndarray | np.generic):
        same = type(a) is type(b) and a.dtype == b.dtype and a.shape == b.shape
        return same and a.tobytes() == b.tobytes()
    if isinstance(a, float):
        return isinstance(b, float) and (a == b or (math.isnan(a) and math.isnan(b)))
    if isinstance(a, complex):
        return isinstance(b, complex) and alike(a.real, b.real) and alike(a.imag, b.imag)
    return type(a) is type(b) and a == b


@given(VALUES)
def test_a_value_arrives_as_it_was_sent(value):
    assert alike(value, there_and_back(value))


@given(ARRAYS)
def test_an_array_that_arrives_is_ours_to_write(array):
    arrived = there_and_back(array)
    arrived[...] = np.zeros((), array.dtype)
    assert not arrived.any()


@given(st.binary(max_size=200))
def test_random_bytes_are_refused_and_nothing_else(data):
    with pytest.raises(wire.BadFrame):
        head, _ = wire.lengths(data[: wire.PREFIX.size].ljust(wire.PREFIX.size, b"\0"))
        wire.decode(wire.header(data[wire.PREFIX.size :][:head]), data)


@given(st.integers(0, 2**32 - 1), st.integers(0, 2**64 - 1))
def test_announced_lengths_stay_within_the_caps(head, body):
    prefix = wire.PREFIX.pack(wire.MAGIC, head, body)
    if head <= wire.HEADER_CAP and body <= wire.BODY_CAP:
        assert wire.lengths(prefix) == (head, body)
    else:
        with pytest.raises(wire.BadFrame, match="at most"):
            wire.lengths(prefix)


@given(st.binary(max_size=300))
def test_a_header_of_random_bytes_is_a_dict_or_refused(data):
    try:
        assert type(wire.header(data)) is dict
    except wire.BadFrame:
        pass


@given(TREES, st.binary(max_size=64))
def test_a_random_tree_gives_a_value_or_is_refused(tree, body):
    try:
        value = wire.decode(tree, body)
    except wire.BadFrame:
        return
    assert value is None or isinstance(
        value,
        bool
        | int
        | float
        | complex
        | str
        | tuple
        | list
        | dict
        | np.ndarray
        | np.generic
        | wire.Opaque,
    )


ARGUMENTS = (1.5, [2, "a"])


@given(
    st.sampled_from(["values", "error", "float_errors", "warnings", "notes"]),
    TREES,
    st.binary(max_size=32),
)
def test_an_outcome_with_a_random_field_is_an_outcome_or_refused(name, tree, body):
    described = outcomes.describe(Outcome(1.0, arguments=ARGUMENTS), [])
    try:
        outcome = outcomes.read({**described, name: tree}, body, ARGUMENTS)
    except wire.BadFrame:
        return
    assert isinstance(outcome, Outcome)
    assert outcome.error is None or isinstance(outcome.error, BaseException)
    assert set(outcome.mutated) <= {0, 1}


BOMBS = {
    "announced array": (["array", "float64", [2**20, 2**6]], b""),
    "product of dimensions": (["array", "int8", [2**26] * 32], b""),
    "no bytes, long axis": (["array", "int8", [0, 2**60]], b""),
    "list of lists": (["list", [["list", [["none"]] * 400]] * 400], b""),
    "digits": (["int", "9" * 10_000], b""),
    "exponent": (["float", "0x1p999999999"], b""),
    "text": (["str", "a" * 10**6], b""),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_refused_before_it_takes_memory(name):
    tracemalloc.start()
    try:
        with pytest.raises(wire.BadFrame):
            wire.decode(*BOMBS[name])
        assert tracemalloc.get_traced_memory()[1] < 2**24
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    "text",
    [
        *("[]", "1", "nul", '{"a": 1, "a": 2}', '{"a": NaN}', '{"a": 1.5}', '{"a": 1e9}'),
        *('{"a": -Infinity}', "[" * 50_000, '{"a":' * 5000, '{"a": ' + "1" * 5000 + "}"),
    ],
)
def test_a_header_that_is_not_as_agreed_is_refused(text):
    with pytest.raises(wire.BadFrame):
        wire.header(text.encode())


def test_what_is_too_large_is_refused_when_sent():
    with pytest.raises(wire.BadFrame, match="at most"):
        wire.encode(np.zeros(2**24), [])
    with pytest.raises(wire.BadFrame, match="at most"):
        wire.pack({"a": "a" * 2**20})
    deep = []
    deep.append(deep)
    with pytest.raises(wire.BadFrame, match="deep"):
        wire.encode(deep, [])


@pytest.mark.parametrize(
    ("value", "name"),
    [
        (object(), "object"),
        ({1: 2}, "dict"),
        ({"a" * 201: 2}, "dict"),
        ({"\ud800": 2}, "dict"),
        (lambda: 0, "function"),
        ("\ud800", "str"),
    ],
)
def test_of_anything_else_only_the_name_of_its_type_arrives(value, name):
    arrived = there_and_back(value)
    assert isinstance(arrived, wire.Opaque)
    assert type(arrived).__name__ == name


def test_arrays_of_objects_arrive_as_such_and_empty():
    arrived = there_and_back(np.array([print, 1], object))
    assert arrived.dtype == object and arrived.size == 0


def test_other_layouts_of_numbers_arrive_as_the_numbers_they_are():
    numbers = np.arange(12.0).reshape(3, 4)
    for array in (numbers.T, numbers[::-1, ::2], numbers.astype(">f8"), np.asfortranarray(numbers)):
        np.testing.assert_array_equal(there_and_back(array), array)
    assert there_and_back(np.longdouble(1.5)) == 1.5
    np.testing.assert_array_equal(there_and_back(np.ma.array([1, 2], mask=[1, 0])), [1, 2])


class Custom(ValueError):
    def __str__(self):
        raise RuntimeError("no text")


@pytest.mark.parametrize(
    ("error", "expected_type", "text"),
    [
        (ValueError("no"), ValueError, "no"),
        (KeyError("a"), KeyError, "'a'"),
        (np.linalg.LinAlgError("singular"), np.linalg.LinAlgError, "singular"),
        (NotImplementedError(), NotImplementedError, ""),
        (SystemExit(3), SystemExit, "3"),
        (UnicodeDecodeError("utf-8", b"a", 0, 1, "odd"), ValueError, "odd"),
        (Custom(), ValueError, ""),
    ],
)
def test_an_exception_arrives_as_its_type_and_message(error, expected_type, text):
    arrived = outcomes.read_error(json.loads(json.dumps(outcomes.describe_error(error))))
    assert isinstance(arrived, expected_type)
    assert text in str(arrived)
    if type(error) is not Custom and type(error) is not UnicodeDecodeError:
        assert type(arrived) is type(error)


def arrived(outcome, arguments):
    body = []
    described = json.loads(json.dumps(outcomes.describe(outcome, body)))
    return outcomes.read(described, b"".join(body), arguments)


NOTES = frozenset({("cut", "x"), ("modules", "layers"), ("cut", "parameter 3")})


def test_an_outcome_arrives_with_its_side_effects():
    value, given = (np.arange(3), 2.0), (np.ones(2), 1.0, [np.zeros(2), 3.0])
    after = (np.ones(2), 1.0, [np.zeros(2), 4.0])
    sent = Outcome(value, None, frozenset({"overflow"}), (), ["Warning: w"], NOTES, after)
    found = arrived(sent, given)
    assert alike(found.value, sent.value)
    assert (found.float_errors, found.mutated) == (sent.float_errors, (2,))
    assert (found.warnings, found.notes) == (sent.warnings, NOTES)


@given(st.lists(VALUES, max_size=3).map(tuple), VALUES, st.data())
def test_which_arguments_changed_is_found_out_here(arguments, other, data):
    assert arrived(Outcome(1.0, arguments=arguments), arguments).mutated == ()
    assert arrived(Outcome(1.0, mutated=(0,), arguments=arguments), arguments).mutated == ()
    if arguments:
        place = data.draw(st.integers(0, len(arguments) - 1))
        after = tuple(other if i == place else a for i, a in enumerate(arguments))
        expected = changed(arguments, after)
        assert set(expected) <= {place}
        assert arrived(Outcome(1.0, arguments=after), arguments).mutated == expected


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (np.ones(3), np.array([1, 1, 2.0])),
        (np.ones(3), np.ones((3, 1))),
        (np.ones(0), np.empty(0, object)),
        (np.ones(3), [1.0, 1.0, 1.0]),
        (np.ones(3), None),
        ([1.0], [2.0]),
        ([1.0], [1.0, 1.0]),
        ([1.0], [wire.opaque("builtins", "object")]),
        ([np.ones(2)], [np.zeros(2)]),
        ([1.0], (1.0,)),
        (["a"], ["b"]),
    ],
)
def test_every_change_of_an_argument_is_seen(before, after):
    assert changed((before, 0), (before, 0)) == ()
    assert changed((before, 0), (after, 0)) == (0,)


def test_not_a_number_is_no_change():
    nan = np.nan
    assert changed((np.array([nan, 1]), nan, [nan]), (np.array([nan, 1]), nan, [nan])) == ()


@pytest.mark.parametrize("values", [["none"], ["tuple", []], ["tuple", [["none"], ["none"]]]])
def test_values_without_the_arguments_are_refused(values):
    described = {**outcomes.describe(Outcome(1.0, arguments=(1.0,)), []), "values": values}
    with pytest.raises(wire.BadFrame, match="arguments"):
        outcomes.read(described, b"", (1.0,))


ODD = {
    "42 axes": np.zeros((1,) * 42),
    "an axis too long": np.zeros((0, 2**25)),
    "a list of too many": [0.0] * (wire.NODE_CAP + 1),
    "lists of too many together": [[0.0] * 400] * 400,
    "an array of objects with 42 axes": np.full((1,) * 42, None, object),
    "too many bytes": np.zeros(2**24),
    "just enough": [[0.0] * 200] * 200,
    "32 axes": np.zeros((1,) * 32),
}


@pytest.mark.parametrize("kind", ODD)
def test_what_can_be_sent_can_be_read(kind):
    try:
        body = []
        tree = wire.encode(ODD[kind], body)
    except wire.BadFrame as said:
        assert any(word in str(said) for word in ("axes", "at most", "more than"))
        return
    assert not isinstance(wire.decode(tree, b"".join(body)), wire.Opaque)
