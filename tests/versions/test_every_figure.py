"""The hand that moves every figure notices a slider that does nothing, and a caption amiss."""

import pytest
from every_figure import move_all


class Page:
    """Stands for a notebook's page with one slider, a picture and a caption."""

    def __init__(self, says):
        self.says = says
        slider = {"description": "knobs", "min": 0, "max": 40, "step": 1, "value": 20}
        self.models = {"slider": slider, "picture": {}, "caption": {}}
        self.move("slider", value=20)

    def children(self, view):
        return ["slider", "picture", "caption"]

    def move(self, control, value):
        picture, caption = self.says(value)
        self.models["picture"]["value"] = f'<img src="data:image/png;base64,{picture}">'
        self.models["caption"]["value"] = f"<p style=''>{caption}, as the figure shows</p>"
        return []


def png(number):
    return f"iVBORw0KGgoA{number:04d}"


def test_a_figure_that_follows_is_passed():
    move_all(Page(lambda n: (png(n), f"Here are {n} of the knobs")), "view")


@pytest.mark.parametrize(
    "says",
    [
        lambda n: (png(min(n, 30)), f"Here are {min(n, 30)} of the knobs"),
        lambda n: (png(7), f"Here are {n} of the knobs"),
        lambda n: (png(n), "Here are some of the knobs"),
        lambda n: (png(n), f"Here are {max(n, 1)} knobs"),
        lambda n: (png(n), f"Here are {n / 3} of the knobs"),
        lambda n: (png(n), f"Here are {float('nan') if n > 30 else n} of the knobs"),
    ],
    ids=["dead end", "picture", "caption", "1 knobs", "digits", "nan"],
)
def test_a_figure_with_a_fault_is_not(says):
    with pytest.raises(AssertionError):
        move_all(Page(says), "view")
