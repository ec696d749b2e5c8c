"""What a confined answer may read: Python, the libraries of the exercise, nothing else.

The libraries are listed one by one, so that torch, scikit-learn and this course stay out of
reach although they lie in the same folder as NumPy.
"""

import importlib.metadata
import os
import re
import sys
import sysconfig

from . import landlock

# What comes with the course and is no answer to any of its exercises works here as in a notebook.
ALSO = (
    *("ipython", "ipywidgets", "matplotlib", "pandas"),
    *("pooch", "statsmodels", "threadpoolctl", "tqdm"),
)


def tops(libraries):
    """Return the paths beside which ``libraries`` and what they need are installed.

    Parameters
    ----------
    libraries : names of distributions, as pip knows them, or of modules in them

    Returns
    -------
    dict
        Name in the folder of packages ("numpy", "numpy.libs", "six.py") -> path.
    """
    found, waiting, seen = {}, [name.partition(".")[0] for name in libraries], set()
    while waiting:
        name = re.sub(r"[-_.]+", "-", waiting.pop()).lower()
        if name in seen:
            continue
        seen.add(name)
        try:
            distribution = importlib.metadata.distribution(name)
        except importlib.metadata.PackageNotFoundError:
            continue
        for file in distribution.files or ():
            top = file.parts[0]
            if top not in ("..", "__pycache__") and not top.endswith(".pth"):
                found[top] = str(distribution.locate_file(top))
        for needed in distribution.requires or ():
            if "extra ==" not in needed:
                waiting.append(re.match(r"[\w.-]+", needed)[0])
    return found


def modules(libraries):
    """Return the names of the modules that ``libraries`` bring, for the import system."""
    names = (top.partition(".")[0] for top in tops(libraries) if not top.endswith("-info"))
    return {name for name in names if name.isidentifier()}


def rules(libraries, scratch):
    """Return the Landlock rules: (path, rights) pairs."""
    found = [(scratch, landlock.WRITE), ("/dev/null", landlock.READ | landlock.WRITE_FILE)]
    packages = (*standard_library(), *tops(libraries).values())
    found += [(path, landlock.READ) for path in ("/dev/urandom", "/dev/zero", *packages)]
    # The import system lists folders; the names of Python's own files give nothing away.
    own = tuple({f"{sys.prefix}/", f"{sys.base_prefix}/"})
    found += [(path, landlock.LIST) for path in sys.path if path.startswith(own)]
    inside = tuple(f"{path}/" for path in packages)
    objects = (path for path in shared_objects() if not path.startswith(inside))
    return found + [(path, landlock.READ) for path in objects]


def standard_library():
    """Return the entries of Python's own library, without the packages installed in it."""
    folders = {sysconfig.get_path(name) for name in ("stdlib", "platstdlib")}
    return [
        entry.path
        for folder in sorted(folders)
        for entry in os.scandir(folder)
        if entry.name not in ("site-packages", "dist-packages")
    ]


def shared_objects():
    """Return the shared objects in this process, and the system's folders that they came from.

    Such a folder is listed file by file where Python's packages lie below it, as on Fedora.
    """
    try:
        with open("/proc/self/maps") as maps:
            paths = {line.split(maxsplit=5)[-1].strip() for line in maps}
    except OSError:
        return []
    objects = sorted(path for path in paths if path.startswith("/") and ".so" in path)
    found = ["/etc/ld.so.cache", *objects]
    for folder in {os.path.dirname(path) for path in objects if "/python" not in path}:
        names = os.listdir(folder)
        if any(name.startswith("python") for name in names):
            found += [os.path.join(folder, name) for name in names if ".so" in name]
        elif folder.startswith(("/lib", "/usr/lib")):
            found.append(folder)
    return found
