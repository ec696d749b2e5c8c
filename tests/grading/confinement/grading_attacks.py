"""What the attacks are written with; in ``attacks_on_*.py`` each is (name, statuses, source).

Each source answers lab 02's ``sigmoid`` wrongly, or not at all, and tries to be marked right,
to reach something outside its folder, or to stop the grader. {canary} is a folder outside,
{repository} the course. ``WRONG`` is the wrong answer that most of them hide.
"""

WRONG = "def sigmoid(x):\n    return np.zeros_like(x, float)\n"

# Finds the child's own functions and pipes by walking up the stack, then defines them.
INSIDE = """
import sys
frame = sys._getframe()
while "replies" not in frame.f_locals:
    frame = frame.f_back
replies, requests = frame.f_locals["replies"], frame.f_locals["requests"]
child = frame.f_globals
wire, outcomes = child["wire"], child["outcomes"]
import os, struct
ANSWERED = {"phase": "answered", "found": True, "error": None, "line": ""}
def outcome(value=("none",), **changed):
    values = ["tuple", [list(value), ["tuple", [["none"]]]]]
    return {"values": values, "error": None, "float_errors": [], "warnings": [],
            "notes": [], **changed}
def reply(header, body=b"", head=None, length=None):
    import json
    text = json.dumps(header).encode() if not isinstance(header, bytes) else header
    head, length = head or len(text), len(body) if length is None else length
    os.write(replies, struct.pack(">4sIQ", b"dlc1", head, length) + text + body)
def forge(value=("none",), body=b"", **changed):
    reply({"call": 0, "outcome": outcome(value, **changed), "line": ""}, body)
def leave():
    import time
    time.sleep(0.05)
    os._exit(0)
"""

# Sends something as the reply to the first call, and ends.
FORGED = INSIDE + "def sigmoid(x):\n    {}\n    leave()\n"


def returns(expression, first=""):
    return f"{first}\ndef sigmoid(x):\n    return {expression}\n"


def does(line, first=""):
    return f"{first}\ndef sigmoid(x):\n    {line}\n    return np.zeros_like(x, float)\n"


def forged(line):
    return FORGED.replace("{}", line, 1)
