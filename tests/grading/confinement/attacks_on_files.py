"""Attacks on files: those of the machine, of the grader, of the course."""

from grading_attacks import does, returns

FILES = [
    ("reads /etc/passwd", {"forbidden"}, does("open('/etc/passwd').read()")),
    (
        "reads the answers",
        {"forbidden"},
        does("open('{repository}/dlcourse/reference/neurons/activations.py').read()"),
    ),
    (
        "reads the solutions",
        {"forbidden"},
        does("open('{repository}/labs/solutions/02_neuron.ipynb').read()"),
    ),
    ("reads the canary", {"forbidden"}, does("open('{canary}/secret').read()")),
    ("lists the canary", {"forbidden"}, "import os\n" + does("os.listdir('{canary}')")),
    ("reads an environment", {"forbidden"}, does("open('/proc/self/environ').read()")),
    ("reads memory by file", {"forbidden"}, does("open('/proc/self/mem', 'rb')")),
    ("writes outside", {"forbidden"}, does("open('{canary}/hacked', 'w')")),
    ("appends outside", {"forbidden"}, does("open('{canary}/secret', 'a').write('x')")),
    ("writes to /tmp", {"forbidden"}, does("open('/tmp/dlcourse-hacked', 'w')")),
    ("writes shared memory", {"forbidden"}, does("open('/dev/shm/dlcourse-hacked', 'w')")),
    ("unlinks", {"forbidden"}, "import os\n" + does("os.unlink('{canary}/secret')")),
    ("renames", {"forbidden"}, "import os\n" + does("os.rename('{canary}/secret', '{canary}/s')")),
    (
        "moves it in",
        {"forbidden", "ok"},
        "import os\n" + does("os.rename('{canary}/secret', 'mine')"),
    ),
    ("makes a folder", {"forbidden"}, "import os\n" + does("os.mkdir('{canary}/d')")),
    ("changes a mode", {"forbidden"}, "import os\n" + does("os.chmod('{canary}/secret', 0o777)")),
    ("changes a time", {"forbidden"}, "import os\n" + does("os.utime('{canary}/secret', (0, 0))")),
    ("changes an owner", {"forbidden"}, "import os\n" + does("os.chown('{canary}/secret', 1, 1)")),
    (
        "sets an attribute",
        {"forbidden"},
        "import os\n" + does("os.setxattr('{canary}/secret', 'user.a', b'b')"),
    ),
    ("truncates by path", {"forbidden"}, "import os\n" + does("os.truncate('{canary}/secret', 0)")),
    (
        "truncates by reading",
        {"forbidden"},
        "import os\n" + does("os.open(os.__file__, os.O_RDONLY | os.O_TRUNC)"),
    ),
    ("links it in", {"forbidden"}, "import os\n" + does("os.link('{canary}/secret', 'mine')")),
    (
        "symbolic link",
        {"forbidden"},
        "import os\n" + does("os.symlink('{canary}/secret', 'mine'); open('mine', 'a')"),
    ),
    ("climbs out", {"forbidden"}, does("open('../../../../../../etc/hostname').read()")),
    ("makes a pipe file", {"forbidden"}, "import os\n" + does("os.mkfifo('{canary}/f')")),
    ("makes a device", {"forbidden"}, "import os\n" + does("os.mknod('sda', 0o60600, 0x800)")),
    ("new root", {"forbidden"}, "import os\n" + does("os.chroot('.')")),
    ("imports torch", {"forbidden"}, does("import torch")),
    (
        "imports torch without our finder",
        {"forbidden"},
        "import sys\nsys.meta_path.pop(0)\n" + does("import torch"),
    ),
    (
        "imports the answers",
        {"forbidden"},
        "from dlcourse import reference\n" + returns("reference.sigmoid(x)"),
    ),
    (
        "imports the answers without our finder",
        {"forbidden", "ok"},
        "import sys\nsys.meta_path.pop(0)\nsys.path.insert(0, '{repository}')\n"
        "[sys.modules.pop(n) for n in list(sys.modules) if n.startswith('dlcourse')]\n"
        "def sigmoid(x):\n    import dlcourse.reference as ref\n    return ref.sigmoid(x)\n",
    ),
    (
        "10,000 files",
        {"ok", "time-out"},
        does("[open(str(i), 'w').close() for i in range(10_000)]"),
    ),
    ("large file", {"ok"}, does("open('a', 'wb').write(bytes(2**25))")),
    (
        "deep folders",
        {"ok", "time-out", "memory"},
        "import os\n" + does("[(os.mkdir('d' * 50), os.chdir('d' * 50)) for _ in range(900)]"),
    ),
    (
        "closed folder",
        {"ok"},
        "import os\n" + does("os.makedirs('a/b/c'); os.mkdir('a/d', 0); os.mkdir('e', 0)"),
    ),
    (
        "names that are no text",
        {"ok"},
        "import os\n" + does("open(b'\\xff\\n-rf', 'w'); os.mkdir(b'\\xfe')"),
    ),
]
