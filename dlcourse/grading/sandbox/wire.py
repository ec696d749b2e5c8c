"""Messages between the grader and a process it does not trust: JSON header, then raw bytes.

A frame is ``dlc1``, the length of the header, the length of the body, the header, the body.
The header is one JSON object; arrays lie in the body, one after the other. Nothing that
arrives is ever unpickled or evaluated: a value is None, a number, a string, an array of a
listed dtype, a tuple, a list or (by names) a dict of these, or a named opaque thing that
nobody looks into.
"""

import json
import math
import numbers
import struct

import numpy as np

PREFIX = struct.Struct(">4sIQ")
MAGIC = b"dlc1"
HEADER_CAP = 2**20
BODY_CAP = 2**24
# Of all the replies to one child's calls together.
TOTAL_CAP = 2**26
DEPTH_CAP = 16
AXES_CAP = 32
NODE_CAP = 50_000
TEXT_CAP = 20_000
DIGITS_CAP = 400
NAME_CAP = 200

DTYPES = {
    np.dtype(name).name: np.dtype(name).newbyteorder("<")
    for name in (
        *("bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"),
        *("float16", "float32", "float64", "complex64", "complex128"),
    )
}


class BadFrame(ValueError):
    """What arrived is no message of this format, or larger than allowed."""


class Opaque:
    """Something that cannot travel: only the name of its type does."""


def pack(header, body=()):
    """Return the bytes of one frame.

    Raises
    ------
    BadFrame
        If the header or the body is larger than allowed.
    """
    head = json.dumps(header, allow_nan=False).encode()
    length = sum(map(len, body))
    _within_caps(len(head), length)
    return b"".join([PREFIX.pack(MAGIC, len(head), length), head, *body])


def lengths(prefix):
    """Return the lengths of header and body that ``prefix`` announces, both within the caps."""
    magic, head, body = PREFIX.unpack(prefix)
    if magic != MAGIC:
        raise BadFrame("no frame begins here")
    _within_caps(head, body)
    return head, body


def header(data):
    """Return the header in ``data``, a dict.

    Raises
    ------
    BadFrame
        If it is not one JSON object, has a key twice, or is nested too deeply.
    """
    try:
        parsed = json.loads(
            bytes(data).decode(), object_pairs_hook=_unique, parse_constant=_no, parse_float=_no
        )
    except (ValueError, RecursionError) as error:
        raise BadFrame(f"the header is not JSON as agreed: {error}"[:200]) from None
    if type(parsed) is not dict:
        raise BadFrame("the header is no JSON object")
    return parsed


def encode(value, body):
    """Return the JSON form of ``value``; the bytes of its arrays are appended to ``body``.

    Raises
    ------
    BadFrame
        If ``decode`` would refuse it: too deep, too many values, too large an array.
    """
    return _Writer(body).tree(value, 0)


def decode(tree, body):
    """Return the value that ``tree`` stands for; ``body`` must hold its arrays and no more.

    Raises
    ------
    BadFrame
        If anything in it is not as agreed.
    """
    reader = _Reader(body)
    try:
        value = reader.value(tree, 0)
    except (ValueError, TypeError, OverflowError, KeyError, IndexError) as error:
        raise BadFrame(f"not a value: {error}"[:200]) from None
    if reader.position != len(body):
        raise BadFrame("more bytes than values")
    return value


def opaque(module, name):
    """Return an object of which only the type's name can be told."""
    word = name if name.isidentifier() else "object"
    return type(word, (Opaque,), {"__module__": module})()


def sendable(text):
    """Return ``text`` with each lone surrogate, which UTF-8 cannot hold, as a question mark."""
    return text.encode(errors="replace").decode()


class _Writer:
    """Builds a tree, counting its values as ``_Reader`` will."""

    def __init__(self, body):
        self.body, self.nodes = body, 0

    def tree(self, value, depth):
        self.nodes += 1
        if depth > DEPTH_CAP:
            raise BadFrame(f"nested more than {DEPTH_CAP} deep")
        if self.nodes > NODE_CAP:
            raise BadFrame(f"more than {NODE_CAP} values")
        if value is None:
            return ["none"]
        if isinstance(value, bool):
            return ["bool", value]
        if isinstance(value, np.ndarray | np.generic):
            return self.array(value)
        if isinstance(value, tuple | list):
            items = [self.tree(item, depth + 1) for item in value]
            return ["tuple" if isinstance(value, tuple) else "list", items]
        if isinstance(value, dict) and all(_is_name(key) for key in value):
            return ["dict", [[key, self.tree(item, depth + 1)] for key, item in value.items()]]
        if isinstance(value, str) and len(value) <= TEXT_CAP and sendable(value) == value:
            return ["str", value]
        if isinstance(value, numbers.Integral) and abs(int(value)) < 10**DIGITS_CAP:
            return ["int", str(int(value))]
        if isinstance(value, float):
            return ["float", float(value).hex()]
        if isinstance(value, complex):
            return ["complex", value.real.hex(), value.imag.hex()]
        module = str(getattr(type(value), "__module__", ""))
        return ["opaque", sendable(module[:100]), sendable(type(value).__name__[:100])]

    def array(self, value):
        array = np.asarray(value)
        if array.dtype.kind == "f" and array.dtype.itemsize > 8:
            array = array.astype(np.float64)
        if array.dtype.name not in DTYPES:
            return ["objects"] if isinstance(value, np.ndarray) else ["opaque", "numpy", "object"]
        if array.ndim > AXES_CAP:
            raise BadFrame(f"an array of {array.ndim} axes; at most {AXES_CAP}")
        if max(array.nbytes, *array.shape, 0) > BODY_CAP:
            raise BadFrame(
                f"an array of {array.nbytes} bytes and shape {array.shape}; at most {BODY_CAP}"
            )
        self.body.append(array.astype(DTYPES[array.dtype.name]).tobytes())
        if isinstance(value, np.ndarray):
            return ["array", array.dtype.name, list(array.shape)]
        return ["scalar", array.dtype.name, []]


class _Reader:
    """Walks a tree, counting what it builds and how far into the body it has come."""

    def __init__(self, body):
        self.body, self.position, self.nodes = body, 0, 0

    def value(self, tree, depth):
        self.nodes += 1
        if depth > DEPTH_CAP or self.nodes > NODE_CAP:
            raise BadFrame("too deep or too many values")
        kind, *parts = tree if type(tree) is list else [None]
        if not isinstance(kind, str):
            raise BadFrame("a value has no kind")
        if kind in ("tuple", "list"):
            (items,) = parts
            if type(items) is not list:
                raise BadFrame(f"a {kind} without items")
            values = [self.value(item, depth + 1) for item in items]
            return tuple(values) if kind == "tuple" else values
        if kind == "dict":
            (items,) = parts
            if type(items) is not list:
                raise BadFrame("a dict without items")
            return _unique([(_name(key), self.value(item, depth + 1)) for key, item in items])
        if kind in ("array", "scalar"):
            array = self.array(*parts)
            return array if kind == "array" else array[()]
        return _PLAIN[kind](*parts)

    def array(self, name, shape):
        dtype = DTYPES[name]
        if type(shape) is not list or len(shape) > AXES_CAP:
            raise BadFrame("an array without a shape")
        if not all(type(n) is int and 0 <= n <= BODY_CAP for n in shape):
            raise BadFrame("a shape of something else than counts")
        count = math.prod(shape)
        end = self.position + count * dtype.itemsize
        if end > len(self.body):
            raise BadFrame("an array larger than its bytes")
        flat = np.frombuffer(self.body[self.position : end], dtype, count)
        if name == "bool" and flat.view(np.uint8).max(initial=0) > 1:
            raise BadFrame("a truth value that is neither 0 nor 1")
        self.position = end
        return flat.astype(dtype.newbyteorder("=")).reshape(shape)


def _within_caps(head, body):
    if head > HEADER_CAP or body > BODY_CAP:
        raise BadFrame(f"{head} + {body} bytes; at most {HEADER_CAP} + {BODY_CAP}")


def _unique(pairs):
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadFrame("a key stands twice")
    return found


def _no(word):
    raise BadFrame(f"{word[:20]} has no place in a header")


def _text(value):
    if type(value) is not str or len(value) > TEXT_CAP or sendable(value) != value:
        raise BadFrame("no text, or too long a text")
    return value


def _is_name(key):
    return type(key) is str and len(key) <= NAME_CAP and sendable(key) == key


def _name(key):
    if not _is_name(key):
        raise BadFrame("a name that is none")
    return key


def _truth(value):
    if type(value) is not bool:
        raise BadFrame("neither true nor false")
    return value


def _integer(text):
    if len(_text(text)) > DIGITS_CAP + 1:
        raise BadFrame("too many digits")
    return int(text)


def _float(text):
    return float.fromhex(_text(text))


_PLAIN = {
    "none": lambda: None,
    "bool": _truth,
    "int": _integer,
    "float": _float,
    "complex": lambda real, imag: complex(_float(real), _float(imag)),
    "str": _text,
    "objects": lambda: np.empty(0, object),
    "opaque": lambda module, name: opaque(_text(module), _text(name)),
}
