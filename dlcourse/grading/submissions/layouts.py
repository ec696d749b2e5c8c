"""What learning platforms call the files of a class, each layout known by its own shape.

Where a shape was read in a platform's own source, the function names the file. What only users
report says so, and asks for more: a shape that all files share.
"""

import re
from collections import Counter
from dataclasses import dataclass

from .gradescope import METADATA
from .times import stamp

TIMESTAMP = "timestamp.txt"  # nbgrader's


@dataclass(frozen=True)
class Owner:
    """Whose file it is, as far as its path tells.

    Files of one ``key`` are one student's, who is shown as ``name``. ``clues``, pairs of a kind
    and a text, find them on a roster. Of one ``series``, the file with the greater ``order``
    is a later attempt. ``trace``: the platform wrote the file itself. ``time``: when it was
    handed in, in ISO 8601, where the platform says so.
    """

    key: tuple
    name: str
    clues: tuple = ()
    series: str = ""
    order: tuple = ()
    trace: bool = False
    time: str = ""


def moodle(paths, names, read):
    """Jane Doe_12345_assignsubmission_file/02_neuron.ipynb, or flat with "_" for "/".

    Source: ``mod/assign/classes/downloader.php`` in moodle/moodle. In a blind marking the name
    is "Participant"; a team's is the group's. Up to Moodle 3 the folder ends in "_".
    """
    found = {}
    for path in paths:
        part = next((p for p in path.split("/") if "_assignsubmission_" in p), "")
        who = part.partition("_assignsubmission_")[0]
        if who:
            name, _, number = who.rpartition("_")
            clues = (("user", number), ("name", name)) if number.isdecimal() else (("name", who),)
            found[path] = (Owner(("Moodle", who), who, clues),)
    return found


# The word for "attempt" is in the language of the course.
BLACKBOARD = re.compile(r"(.+)_[^\W\d_]+_(\d{4}(?:-\d\d){5})(?:_.+|(\.txt))", re.DOTALL)


SUBMITTED_BY = re.compile(r"\ufeff?Name: (.{1,200}) \(([^()]{1,100})\)\s*")


def blackboard(paths, names, read):
    """Lab 2_jdoe_attempt_2026-05-04-10-15-00_02_neuron.ipynb, and a .txt for each attempt.

    The text begins with "Name: Jane Doe (jdoe)". Source: the example in nbgrader's
    ``plugins/zipcollect.py``, and the scripts of many users; Blackboard is not public.
    """
    matches = {path: BLACKBOARD.fullmatch(path.rpartition("/")[2]) for path in paths}
    matches = {path: match for path, match in matches.items() if match}
    said = {}
    for path, match in matches.items():
        line = read.start(path) if match[3] else ""
        if (who := SUBMITTED_BY.fullmatch(line)) and match[1].endswith(f"_{who[2]}"):
            said[match[1]] = who[2], (("login", who[2]), ("name", who[1]))
    # Without it: the name of the assignment, the user's name: either may hold a "_".
    titles = {match[1].rpartition("_")[0] for match in matches.values()}
    found = {}
    for path, match in matches.items():
        head, parts = match[1], match[1].split("_")
        guess = parts[-1] if len(titles) == 1 and parts[-1] else head
        name, clues = said.get(
            head, (guess, tuple(("login", "_".join(parts[i:])) for i in range(len(parts))[-8:]))
        )
        order, trace = (match[2],), match[3] is not None
        owner = Owner(("Blackboard", head), name, clues, "", order, trace, stamp(match[2]))
        found[path] = (owner,)
    return found


def gradescope(paths, names, read):
    """assignment_77_export/submission_123/02_neuron.ipynb beside submission_metadata.yml.

    Source: ``:submitters`` with ``:name``, ``:sid`` and ``:email`` as public tools read them;
    Gradescope itself is not public. A submission of a group is one of each of its members.
    """
    known, found = {}, {}
    for path in paths:
        folder, _, name = path.rpartition("/")
        if name == METADATA and not re.search(r"(^|/)submission_\d+(/|$)", folder):
            known |= {f"{folder}/{key}".lstrip("/"): who for key, who in read.submitters(path)}
            found[path] = None
    often = Counter(name for members in known.values() for name, *_ in members)
    for path in paths:
        match = re.match(r"(?:.*?/)?(submission_\d+)(?=/|$)", path, re.DOTALL)
        if match is None:
            continue
        members = known.get(match[0]) or [(match[1], "", "")]
        found[path] = tuple(
            Owner(
                ("Gradescope", match[0], i),
                name if often[name] < 2 else f"{name} ({number or email or match[1]})",
                (("number", number), ("email", email), ("name", name)),
            )
            for i, (name, number, email) in enumerate(members)
        )
    return found


def nbgrader(paths, names, read):
    """submitted/anna/neuron/02_neuron.ipynb, or anna/neuron/ with a timestamp.txt.

    Source: ``directory_structure`` in nbgrader's ``coursedir.py``; collecting writes the time.
    """
    stamped = {
        p.rpartition("/")[0]: stamp(read.start(p))
        for p in paths
        if p.rpartition("/")[2] == TIMESTAMP
    }
    found = {}
    for path in paths:
        parts = path.split("/")
        if "submitted" in parts[:-3]:
            who = parts[parts.index("submitted") + 1]
        else:
            depths = (i for i in range(2, len(parts)) if "/".join(parts[:i]) in stamped)
            who = next((parts[i - 2] for i in depths), None)
        if who:
            folders = ("/".join(parts[:i]) for i in range(len(parts)))
            time = next((stamped[folder] for folder in folders if folder in stamped), "")
            owner = Owner(
                ("nbgrader", who),
                who,
                (("any", who),),
                trace=parts[-1] == TIMESTAMP,
                time=time,
            )
            found[path] = (owner,)
    return found


CANVAS = re.compile(
    r"(?:(?:LATE_)?(?P<hidden>anon_[^_]+)|(?P<name>.+?)_(?:LATE_)?(?P<user>\d+))"
    r"_(?:(?P<file>\d+)_(?P<title>.+)|(?:text|link)\.html)",
    re.DOTALL,
)
ATTEMPT = re.compile(r"(.+?)(?:-(\d{1,3}))?(?:\.[^.]*)?", re.DOTALL)


def canvas(paths, names, read):
    """doejane_LATE_12345_678901_02_neuron-1.ipynb: name, late, user, file, title, attempt.

    Source: ``lib/content_zipper.rb`` in instructure/canvas-lms. The name is the one to sort by,
    without spaces and in small letters; an anonymous student has none. The number of a file
    is never used twice. A second file of the same title gets "-1" when it is handed in.
    """
    found, files, series = {}, [], set()
    for path in paths:
        match = CANVAS.fullmatch(path.rpartition("/")[2])
        if match is None:
            continue
        user, name = match["user"] or match["hidden"], match["name"]
        title, attempt = ATTEMPT.fullmatch(match["title"] or "text").groups()
        clues = (("user", user), ("name", name)) if name else ()
        order = (int(match["file"] or 0), int(attempt or 0))
        label = f"{name}_{user}" if name else user
        found[path] = (Owner(("Canvas", user), label, clues, title, order),)
        files += [match["file"]] if match["file"] else []
        series.add((user, title))
    users = {user for user, _ in series}
    # Names that only look so: Lab_1_2_anna.ipynb, Lab_1_2_ben.ipynb.
    return found if len(set(files)) == len(files) and len(series) <= 2 * len(users) else {}


def classroom(paths, names, read):
    """Jane Doe - 02_neuron.ipynb, as Google Classroom names the copy that it makes for each.

    Source: users' reports only. So all must lie in one folder, and the title must be the lab's
    or be shared by several; what students attach themselves keeps its own name, and is read as
    in a plain folder.
    """
    if len({path.rpartition("/")[0] for path in paths}) != 1:
        return {}
    split = {}
    for path in paths:
        stem = path.rpartition("/")[2].rpartition(".")[0]
        name, dash, title = names.without_copy_marks(stem).partition(" - ")
        if names.is_lab(name):
            name, title = title, name
        if dash and name.strip():
            split[path] = name.strip(), names.without_copy_marks(title).casefold()
    often = Counter(title for _, title in split.values())
    return {
        path: (Owner(("Google Classroom", name), name, (("name", name),)),)
        for path, (name, title) in split.items()
        if often[title] > 1 or names.is_lab(title)
    }


# The first that most files fit counts; those that nothing else resembles stand first.
LAYOUTS = {
    "Moodle": moodle,
    "Blackboard": blackboard,
    "Gradescope": gradescope,
    "nbgrader": nbgrader,
    "Canvas": canvas,
    "Google Classroom": classroom,
}
