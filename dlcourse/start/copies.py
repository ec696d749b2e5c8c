"""What a file of the course is called and holds in the working copy.

There a lab is ``lab_02_neuron.ipynb``, so that its tab is not that of the lecture, and links
follow. A notebook names the kernel that will run it, so that JupyterLab, which writes that in,
has nothing to save when a notebook was only looked at.
"""

import json
import re
import sys

LAB = re.compile(r"^(labs/)(?=\d)")
# In a link's address: [lab 02](../labs/02_neuron.ipynb#a), href="../labs/02_neuron.ipynb"
LINK = re.compile(r"""((?:\]\(|href=["'])(?:\.\./)?labs/)(?=\d[^)"'\s]*\.ipynb)""")
BESIDE = re.compile(r"""((?:\]\(|href=["']))(?=\d[^/)"'\s]*\.ipynb)""")  # of a lab beside a lab
KERNEL = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}


def place(name, version=1):
    """Return where the n-th delivered version of a file of the course lies in the working copy.

    In JupyterLab's list ".v2" comes behind the first version, and "_v2" would come before it.

    >>> place("labs/02_neuron.ipynb"), place("lectures/02_neuron.ipynb", 2)
    ('labs/lab_02_neuron.ipynb', 'lectures/02_neuron.v2.ipynb')
    """
    return _numbered(LAB.sub(r"\1lab_", name), version, ".v")


def older_place(name, version=1):
    """Return where it lay before labs had names of their own.

    >>> older_place("labs/02_neuron.ipynb", 2)
    'labs/02_neuron_v2.ipynb'
    """
    return _numbered(name, version, "_v")


def _numbered(name, version, mark):
    stem, _, ending = name.rpartition(".")
    return name if version == 1 else f"{stem}{mark}{version}.{ending}"


def kernel():
    """Return the ``language_info`` of the kernel that this Python starts, as it says itself."""
    return {
        "name": "python",
        "version": sys.version.split()[0],
        "mimetype": "text/x-python",
        "codemirror_mode": {"name": "ipython", "version": sys.version_info[0]},
        "pygments_lexer": "ipython3",
        "nbconvert_exporter": "python",
        "file_extension": ".py",
    }


def localized(name, content):
    """Return the bytes of a file of the course as the working copy holds them.

    Parameters
    ----------
    name : its path in the course
    content : bytes; a notebook that cannot be read stays as it is
    """
    in_lab = name.startswith("labs/")
    if name.endswith(".md"):
        return _linked(content.decode(), in_lab).encode()
    try:
        notebook = json.loads(content)
    except ValueError:
        return content
    if not isinstance(notebook, dict) or not isinstance(notebook.get("cells"), list):
        return content
    for cell in notebook["cells"]:
        if cell["cell_type"] == "markdown":
            cell["source"] = _linked(cell["source"], in_lab)
    notebook["metadata"] |= {"kernelspec": KERNEL, "language_info": kernel()}
    return (json.dumps(notebook, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


def _linked(source, in_lab):
    if isinstance(source, list):
        return [_linked(line, in_lab) for line in source]
    source = LINK.sub(r"\1lab_", source)
    return BESIDE.sub(r"\1lab_", source) if in_lab else source
