"""Who submitted what, in the submission_metadata.yml of Gradescope's export."""

import importlib.util
import re

from ..answers.notebook import Unreadable

METADATA = "submission_metadata.yml"
FIELDS = (":name", ":sid", ":email")


def submitters(data):
    """Return [(folder, [(name, student number, e-mail), ...]), ...].

    Only the lines on submitters are parsed: the rest holds the autograder's outputs, which
    may be long, and are students'.

    Parameters
    ----------
    data : bytes of the file

    Raises
    ------
    Unreadable
        If the lines on submitters are no YAML.
    """
    import yaml

    kept, inside = [], False
    for line in data.decode("utf-8", errors="replace").splitlines():
        if re.match(r"submission_\d+:", line):
            kept.append(line.partition(":")[0] + ":")
            inside = False
        elif line[:2] == "  " and line[2:3] not in (" ", "-"):
            inside = line.rstrip().startswith("  :submitters:")
            kept += [line] if inside else []
        elif inside:
            kept.append(line)
    try:
        found = yaml.safe_load("\n".join(kept)) or {}
    except yaml.YAMLError as error:
        raise Unreadable(f"{METADATA} cannot be read: {error}") from None
    return [(folder, _members(about)) for folder, about in found.items()]


def needs_yaml():
    """Raise RuntimeError if PyYAML is not installed."""
    if importlib.util.find_spec("yaml") is None:
        raise RuntimeError(f"{METADATA} needs PyYAML; install it with: pip install pyyaml")


def _members(about):
    listed = about.get(":submitters") if isinstance(about, dict) else None
    members = []
    for member in listed if isinstance(listed, list) else []:
        if isinstance(member, dict):
            values = tuple(str(member.get(field) or "").strip() for field in FIELDS)
            members += [values] if values[0] else []
    return members
