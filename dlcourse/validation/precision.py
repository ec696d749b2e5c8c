"""16 bits in, 16 bits out, and float32 between: how torch computes its own functions.

A float16 ends at 65,504 and cannot count beyond 2,048, so a sum of many small numbers is
lost long before it is complete. A function under ``through_float32`` does all its arithmetic
in float32 and rounds once, at the end. torch does so within each of its operations, but some
losses are several: there it has infinity or NaN where a step between them overflows.
``arrays`` and ``tensors`` each make their own.
"""

import functools
import inspect


def at_least_32_bits(name, value):
    """Refuse 16-bit numbers for what rests on linear algebra; return the array or tensor."""
    if value.dtype.itemsize < 4:
        raise TypeError(f"{name} has dtype {value.dtype}; needed float32 or float64")
    return value


def conversions(narrow_dtypes, float32, cast):
    """Return ``wide``, ``narrow`` and ``through_float32`` for arrays or for tensors.

    Parameters
    ----------
    narrow_dtypes : tuple of the dtypes that are too narrow for sums
    float32 : the dtype to compute them in
    cast : function of an array or tensor and a dtype
    """
    # Nothing of more than two bytes is looked at twice: it is the rule, and asked often.

    def dtype_of(value):
        while isinstance(value, list | tuple) and value:
            value = value[0]
        return getattr(value, "dtype", None)

    def wide(value):
        """Return 16-bit numbers, alone or in lists, as float32; all else as it is."""
        if getattr(value, "itemsize", 2) > 2:
            return value
        if isinstance(value, list | tuple):
            widened = [wide(each) for each in value]
            return tuple(widened) if isinstance(value, tuple) else widened
        return cast(value, float32) if dtype_of(value) in narrow_dtypes else value

    def narrow(value, dtype):
        """Return float32 numbers, alone or in a tuple, in ``dtype`` if that is a 16-bit one."""
        if dtype not in narrow_dtypes:
            return value
        if isinstance(value, tuple):
            return tuple(narrow(each, dtype) for each in value)
        return cast(value, dtype) if dtype_of(value) == float32 else value

    def dtypes_of(value):
        if isinstance(value, list | tuple):
            return {dtype for each in value for dtype in dtypes_of(each)}
        return {value.dtype} if hasattr(value, "dtype") else set()

    def through_float32(function=None, *, one_dtype=()):
        """Let a function of 16-bit numbers compute in float32 and return 16 bits again.

        The dtype that counts is that of ``input``, the function's first argument but for
        ``grad_output``. Where an argument named in ``one_dtype`` has another one, all go to
        the function as they are, and it must refuse the mixture.
        """
        if function is None:
            return functools.partial(through_float32, one_dtype=one_dtype)
        names = list(inspect.signature(function).parameters)
        place = int(names[0] == "grad_output")
        name = names[place]

        @functools.wraps(function)
        def through(*args, **kwargs):
            input = args[place] if len(args) > place else kwargs.get(name)
            if getattr(input, "itemsize", 2) > 2 or dtype_of(input) not in narrow_dtypes:
                return function(*args, **kwargs)
            dtype = dtype_of(input)
            named = dict(zip(names, args, strict=False)) | kwargs
            if any(dtypes_of(named.get(other)) - {dtype} for other in one_dtype):
                return function(*args, **kwargs)
            kwargs = {key: wide(value) for key, value in kwargs.items()}
            return narrow(function(*map(wide, args), **kwargs), dtype)

        return through

    return wide, narrow, through_float32
