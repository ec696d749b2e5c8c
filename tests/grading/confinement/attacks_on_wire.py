"""Attacks by replies: early, doubled, huge, deep, cut short, and made up."""

from grading_attacks import INSIDE, WRONG, does, forged

WIRE = [
    (
        "early reply",
        {"bad reply"},
        INSIDE + "forge()\n" + WRONG,
    ),
    (
        "early answer",
        {"bad reply"},
        INSIDE + "reply(ANSWERED)\nforge()\n" + WRONG,
    ),
    (
        "two replies",
        {"bad reply"},
        INSIDE + does("forge()"),
    ),
    # All as agreed: it shows that the other forgeries fail for what is wrong with them.
    ("well-formed, then gone", {"died"}, forged("forge(['bool', True])")),
    ("wrong number", {"bad reply"}, forged("reply({'call': 7, 'outcome': outcome(), 'line': ''})")),
    ("says it is right", {"bad reply"}, forged("reply({'status': 'right', 'points': 99})")),
    (
        "extra field",
        {"bad reply"},
        forged("forge(points=9)"),
    ),
    ("huge header", {"bad reply"}, forged("reply({}, head=2**32 - 1)")),
    ("huge body", {"bad reply"}, forged("reply({}, length=2**63)")),
    ("too long a header", {"bad reply"}, forged("reply(b'[' * 2**20 + b' ')")),
    ("deep header", {"bad reply"}, forged("reply(b'[' * 100000)")),
    (
        "deep value",
        {"bad reply"},
        forged("v = ['none']; [v := ['list', [v]] for _ in range(300)]; forge(v)"),
    ),
    (
        "many values",
        {"bad reply"},
        forged("forge(['list', [['none']] * 60000])"),
    ),
    ("NaN header", {"bad reply"}, forged("reply(b'{\"call\": NaN}')")),
    ("number header", {"bad reply"}, forged("reply(b'1' * 9000)")),
    ("same key twice", {"bad reply"}, forged('reply(b\'{"call": 0, "call": 0}\')')),
    ("not UTF-8", {"bad reply"}, forged("reply(b'{\"\\xff\": 0}')")),
    ("junk", {"bad reply"}, forged("os.write(replies, os.urandom(4096))")),
    (
        "pickle",
        {"bad reply"},
        forged("os.write(replies, b'\\x80\\x04cos\\nsystem\\n(S\"touch {canary}/p\"\\ntR.')"),
    ),
    (
        "array beyond its bytes",
        {"bad reply"},
        forged("forge(['array', 'float64', [10**6]], b'12345678')"),
    ),
    (
        "negative shape",
        {"bad reply"},
        forged("forge(['array', 'float64', [-1]], b'12345678')"),
    ),
    (
        "overflowing shape",
        {"bad reply"},
        forged("forge(['array', 'int8', [2**25] * 20])"),
    ),
    (
        "object dtype",
        {"bad reply"},
        forged("forge(['array', 'object', [1]], b'12345678')"),
    ),
    (
        "trailing bytes",
        {"bad reply"},
        forged("forge(body=b'12345678')"),
    ),
    (
        "third truth value",
        {"bad reply"},
        forged("forge(['array', 'bool', [1]], b'\\x07')"),
    ),
    (
        "surrogate text",
        {"bad reply"},
        forged("forge(['str', '\\ud800'])"),
    ),
    (
        "overflowing float",
        {"bad reply"},
        forged("forge(['float', '0x1p99999'])"),
    ),
    (
        "error of another kind",
        {"bad reply"},
        forged("forge(error=['a', 'os.system', 'b'])"),
    ),
    (
        "value and error",
        {"bad reply"},
        forged("forge(['bool', True], error=['E', 'ValueError', ''])"),
    ),
    (
        "more arguments than were sent",
        {"bad reply"},
        forged("forge(values=['tuple', [['none'], ['tuple', [['none']] * 2]]])"),
    ),
    (
        "no arguments",
        {"bad reply"},
        forged("forge(values=['none'])"),
    ),
    ("a name twice", {"bad reply"}, forged("forge(['dict', [['a', ['none']], ['a', ['none']]]])")),
    ("a name of no text", {"bad reply"}, forged("forge(['dict', [[['a'], ['none']]]])")),
    ("a note that is none", {"bad reply"}, forged("forge(notes=['right yes'])")),
    ("a note with a tag", {"bad reply"}, forged("forge(notes=['cut <b>right</b>'])")),
    ("a long note", {"bad reply"}, forged("forge(notes=['cut ' + 'a' * 99])")),
    ("many notes", {"bad reply"}, forged("forge(notes=['cut a'] * 2000)")),
    ("half a reply", {"died"}, forged("os.write(replies, b'dlc1')")),
    ("closed pipe", {"died"}, INSIDE + does("os.close(replies)")),
    (
        "every file descriptor",
        {"died", "bad reply"},
        "import os\ndef sigmoid(x):\n    for fd in range(64):\n"
        "        try: os.write(fd, b'right')\n"
        "        except OSError: pass\n    os._exit(0)\n",
    ),
    (
        "replies from a thread",
        {"bad reply", "ok", "died"},
        INSIDE
        + "import threading\ndef spam():\n    while True: os.write(replies, b'dlc1')\n"
        + "threading.Thread(target=spam, daemon=True).start()\n"
        + WRONG,
    ),
]
