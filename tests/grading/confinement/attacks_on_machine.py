"""Attacks on processes, the kernel, the network, memory and time."""

from grading_attacks import INSIDE, WRONG, does, returns

# Calls a system call by its number.
NUMBER = """
import ctypes
libc = ctypes.CDLL(None, use_errno=True)
def sigmoid(x):
    if libc.syscall({}) < 0:
        raise PermissionError(ctypes.get_errno())
    return np.zeros_like(x, float)
"""


PROCESSES = [
    ("fork", {"forbidden"}, "import os\n" + does("os.fork()")),
    ("fork bomb", {"forbidden"}, "import os\ndef sigmoid(x):\n    while True: os.fork()\n"),
    (
        "subprocess",
        {"forbidden"},
        "import subprocess\n" + does("subprocess.run(['/bin/sh', '-c', 'id'])"),
    ),
    ("system", {"ok"}, "import os\n" + does("os.system('touch {canary}/hacked')")),
    ("exec", {"forbidden"}, "import os\n" + does("os.execv('/bin/sh', ['sh'])")),
    (
        "multiprocessing",
        {"forbidden"},
        "import multiprocessing\n"
        + does("multiprocessing.get_context('fork').Process(target=print).start()"),
    ),
    (
        "daemon",
        {"forbidden"},
        "import os\n"
        + does("os.fork() or os.setsid() or os.fork() or os.execv('/bin/sleep', ['s', '99'])"),
    ),
    ("kills its parent", {"forbidden", "ok"}, "import os\n" + does("os.kill(os.getppid(), 9)")),
    ("kills everything", {"forbidden"}, "import os\n" + does("os.kill(-1, 9)")),
    ("kills its group", {"forbidden"}, "import os\n" + does("os.killpg(0, 9)")),
    ("kills itself", {"forbidden"}, "import os\n" + does("os.kill(os.getpid(), 9)")),
    ("terminates itself", {"died", "ok"}, "import os\n" + does("os.kill(os.getpid(), 15)")),
    (
        "limits its parent",
        {"forbidden", "ok"},
        "import os, resource\n"
        + does("resource.prlimit(os.getppid(), resource.RLIMIT_CPU, (1, 1))"),
    ),
    (
        "raises its limits",
        {"ok"},
        "import resource\n" + does("resource.setrlimit(resource.RLIMIT_AS, (-1, -1))"),
    ),
    (
        "lowers its limits",
        {"ok"},
        "import resource\n" + does("resource.setrlimit(resource.RLIMIT_CPU, (1, 1))"),
    ),
    ("locks", {"forbidden"}, "import fcntl\n" + does("fcntl.flock(0, fcntl.LOCK_EX)")),
    ("page cache", {"forbidden"}, NUMBER.format("27, 0, 4096, 0")),
    (
        "signals by file",
        {"forbidden"},
        "import fcntl, os\n" + does("fcntl.fcntl(1, fcntl.F_SETOWN, os.getppid())"),
    ),
    (
        "types for the teacher",
        {"forbidden"},
        "import fcntl\n" + does("fcntl.ioctl(0, 0x5412, b'x')"),
    ),
    ("becomes root", {"forbidden"}, "import os\n" + does("os.setuid(0)")),
    ("another session", {"forbidden"}, "import os\n" + does("os.setsid()")),
    (
        "traces its parent",
        {"forbidden"},
        NUMBER.format("101, 16, __import__('os').getppid(), 0, 0"),
    ),
    ("reads foreign memory", {"forbidden"}, NUMBER.format("310, 1, 0, 0, 0, 0, 0")),
    ("unshare", {"forbidden"}, NUMBER.format("272, 0x10000000")),
    ("setns", {"forbidden"}, NUMBER.format("308, 0, 0")),
    ("mount", {"forbidden"}, NUMBER.format("165, b'none', b'.', b'tmpfs', 0, 0")),
    ("unmount", {"forbidden"}, NUMBER.format("166, b'.', 2")),
    ("keys", {"forbidden"}, NUMBER.format("250, 0, -3, 0")),
    ("bpf", {"forbidden"}, NUMBER.format("321, 0, 0, 0")),
    ("performance events", {"forbidden"}, NUMBER.format("298, 0, 0, -1, -1, 0")),
    ("userfaultfd", {"forbidden"}, NUMBER.format("323, 0")),
    ("io_uring", {"forbidden"}, NUMBER.format("425, 8, 0")),
    ("kexec", {"forbidden"}, NUMBER.format("246, 0, 0, 0, 0")),
    ("reboot", {"forbidden"}, NUMBER.format("169, 0, 0, 0, 0")),
    ("x32 numbering", {"forbidden"}, NUMBER.format("0x40000000 + 57")),
    ("clone3", {"forbidden"}, NUMBER.format("435, 0, 0")),
    ("memfd", {"forbidden"}, NUMBER.format("319, b'm', 0")),
    ("System V shared memory", {"forbidden"}, NUMBER.format("29, 1234, 4096, 0o1666")),
    ("socket", {"forbidden"}, "import socket\n" + does("socket.socket()")),
    ("local socket", {"forbidden"}, "import socket\n" + does("socket.socket(socket.AF_UNIX)")),
    (
        "download",
        {"forbidden", "ok"},
        "import urllib.request\n" + does("urllib.request.urlopen('http://127.0.0.1')"),
    ),
    (
        "threads",
        {"ok", "memory"},
        "import threading, time\ndef sleep():\n    time.sleep(99)\n"
        + does("[threading.Thread(target=sleep, daemon=True).start() for _ in range(999)]"),
    ),
]

MEMORY = [
    ("a terabyte", {"memory"}, does("np.ones(10**11)")),
    (
        "grows",
        {"memory"},
        "def sigmoid(x):\n    b = []\n    while True: b.append(bytearray(2**24))\n",
    ),
    ("maps memory", {"ok"}, "import mmap\n" + does("[mmap.mmap(-1, 2**28) for _ in range(99)]")),
    ("large result", {"ok", "memory"}, returns("np.zeros(2**24)")),
    ("large results", {"ok", "memory"}, returns("np.zeros(2**20)")),
    ("long list", {"ok", "memory"}, returns("[0.0] * 10**6")),
    ("long text", {"ok"}, returns("'a' * 10**6")),
    ("huge integer", {"ok"}, returns("10**5000")),
]

# Each takes its whole time limit.
TIME = [
    ("computes for ever", {"time-out"}, "def sigmoid(x):\n    while True: pass\n"),
    ("computes for ever in the cell", {"time-out"}, WRONG + "while True: pass\n"),
    (
        "stops itself",
        {"time-out", "ok"},
        "import os, signal\n" + does("os.kill(os.getpid(), signal.SIGSTOP)"),
    ),
    (
        "ignores every signal",
        {"time-out"},
        "import signal\nfor s in range(1, 65):\n    try: signal.signal(s, signal.SIG_IGN)\n"
        "    except (OSError, ValueError): pass\ndef sigmoid(x):\n    while True: pass\n",
    ),
    ("one long operation", {"time-out"}, returns("3 ** (7 ** 10)")),
    ("sleeps", {"time-out"}, "import time\n" + does("time.sleep(99)")),
    (
        "patched os.write",
        {"time-out"},
        "import os\nos.write = lambda fd, data: len(data)\n" + WRONG,
    ),
    (
        "waits for itself",
        {"time-out"},
        "import threading\nl = threading.Lock()\n" + does("l.acquire(); l.acquire()"),
    ),
    ("prints for ever", {"time-out"}, "def sigmoid(x):\n    while True: print('a' * 10**5)\n"),
    (
        "drips",
        {"time-out"},
        INSIDE + "import time\ndef sigmoid(x):\n    for b in b'dlc1' + bytes(99):\n"
        "        os.write(replies, bytes([b])); time.sleep(0.3)\n",
    ),
    (
        "output that hangs",
        {"time-out"},
        "import sys, time\nclass Out:\n    flush = lambda s: time.sleep(99)\n    write = len\n"
        "sys.stdout = Out()\n" + WRONG,
    ),
    (
        "threads that compute",
        {"time-out"},
        "import threading\ndef burn():\n    while True: pass\n"
        "[threading.Thread(target=burn).start() for _ in range(9)]\n" + does("burn()"),
    ),
]
