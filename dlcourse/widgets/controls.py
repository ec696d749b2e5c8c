"""The controls of an interactive figure: sliders, menus and tick boxes, from what is written."""

import inspect
from decimal import Decimal

import ipywidgets


def make_controls(draw, specs):
    """Return {name: control}, one for each of ``specs``, which ``explore`` describes."""
    parameters = inspect.signature(draw).parameters
    for name in specs:
        if name not in parameters:
            raise ValueError(f"{name} is no parameter of draw; it takes {', '.join(parameters)}")
    made = dict.fromkeys(specs)
    for name in sorted(specs, key=lambda name: callable(specs[name])):
        make = _dependent if callable(specs[name]) else _control
        made[name] = make(name, specs[name], parameters[name].default, made)
    # As wide as the longest name needs, so that a phone has room for the slider.
    longest = max((len(control.description) for control in made.values()), default=0)
    for control in made.values():
        control.style.description_width = f"min({0.6 * longest + 1:.1f}em, 45%)"
    return made


def _dependent(name, ends, default, made):
    """Return a slider whose ends follow those of the controls ``made`` that ``ends`` names."""
    needed = {other: made[other] for other in inspect.signature(ends).parameters}

    def follow():
        return ends(**{other: control.value for other, control in needed.items()})

    slider = _control(name, follow(), default, made)

    def move_ends(_change):
        with slider.hold_trait_notifications():
            slider.min, slider.max, *_ = follow()

    for control in needed.values():
        control.observe(move_ends, names="value")
    return slider


def _control(name, spec, default, _made):
    options = {
        "description": name.replace("_", " "),
        "layout": {"width": "min(36em, 98%)"},
    }
    if default is not inspect.Parameter.empty:
        options["value"] = default
    if hasattr(ipywidgets.DOMWidget, "tooltip"):  # of version 8, where None shows as "null"
        options["tooltip"] = options["description"]
    if isinstance(spec, bool):
        return ipywidgets.Checkbox(**({"value": spec} | options))
    if isinstance(spec, list):
        return ipywidgets.Dropdown(options=spec, **options)
    if isinstance(spec, tuple) and len(spec) in (2, 3):
        low, high, *step = spec
        whole = all(isinstance(number, int) for number in spec)
        slider = ipywidgets.IntSlider if whole else ipywidgets.FloatSlider
        step = step[0] if step else (1 if whole else (high - low) / 100)
        if not whole:
            options["readout_format"] = f".{decimals(step)}f"
        return slider(min=low, max=high, step=step, **options)
    raise ValueError(
        f"the control {name} is {spec!r}; needed (low, high), (low, high, step), a list or a bool"
    )


def decimals(step):
    """Return how many digits behind the point tell one step from the next.

    >>> decimals(0.002), decimals(0.25), decimals(0.5), decimals(2.0)
    (3, 2, 1, 0)
    """
    return max(0, -Decimal(f"{step:.3g}").normalize().as_tuple().exponent)
