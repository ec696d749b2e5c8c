"""A class of any size, packed as each platform packs it; the names are the platforms' own."""

NAMES = ("Müller, Jane", "Łukasz, Ben", "de la Cruz, Ana María", "Smith, John", "Smith, John")


def people(count):
    """Return (first name, last name, number, login) of ``count`` students; many are namesakes."""
    listed = []
    for i in range(count):
        last, first = NAMES[i % len(NAMES)].split(", ")
        listed.append((first, last, 4000 + 7 * i, f"u_{i:02}"))
    return listed


def canvas(students, notebooks):
    files = {}
    for i, ((first, last, number, _), data) in enumerate(zip(students, notebooks, strict=True)):
        name = joined(first, last)
        late = "_LATE" * (i % 4 == 1)
        files[f"{name}{late}_{number}_{90001 + i}_02_neuron-{i % 3}.ipynb"] = data
    return files


def moodle(students, notebooks):
    files = {}
    for (first, last, number, _), data in zip(students, notebooks, strict=True):
        folder = f"{first} {last}_{number}_assignsubmission"
        files[f"{folder}_file/02_neuron.ipynb"] = data
        files[f"{folder}_onlinetext/onlinetext.html"] = b"<p>Done.</p>"
    return files


def blackboard(students, notebooks):
    files = {}
    for i, (who, data) in enumerate(zip(students, notebooks, strict=True)):
        first, last, _, login = who
        said = f"Name: {first} {last} ({login})\nAssignment: Lab_2\n"
        head = f"Lab_2_{login}_attempt_2026-05-04-10-{i % 60:02}-09"
        files |= {f"{head}_02_neuron.ipynb": data, f"{head}.txt": said.encode()}
    return files


def gradescope(students, notebooks):
    lines, files = ["---"], {}
    for i, ((first, last, number, login), data) in enumerate(zip(students, notebooks, strict=True)):
        files[f"assignment_77_export/submission_{500 + i}/02_neuron.ipynb"] = data
        lines += [
            f"submission_{500 + i}:",
            "  :submitters:",
            f"  - :name: {first} {last}",
            f"    :sid: '{number}'",
            f"    :email: {login}@uni.example",
            "  :created_at: 2026-05-04 10:15:00.000000000 Z",
            "  :results:",
            "    output: |-",
            "      :submitters: of nothing",
        ]
    files["assignment_77_export/submission_metadata.yml"] = "\n".join(lines).encode()
    return files


def classroom(students, notebooks):
    # Drive cannot tell namesakes apart; teachers call them by a number.
    return {
        f"{first} {last} {number} - 02_neuron.ipynb": data
        for (first, last, number, _), data in zip(students, notebooks, strict=True)
    }


def nbgrader(students, notebooks):
    files = {}
    for (*_, login), data in zip(students, notebooks, strict=True):
        files[f"submitted/{login}/neuron/02_neuron.ipynb"] = data
        files[f"submitted/{login}/neuron/timestamp.txt"] = b"2026-05-04 10:15:00 UTC"
    return files


def plain(students, notebooks):
    return {
        f"collected/{login}/my lab.ipynb": data
        for (*_, login), data in zip(students, notebooks, strict=True)
    }


def joined(first, last):
    return f"{last}{first}".lower().replace(" ", "")


# how it is packed, and what the row of a student is called
PACKED = {
    "Canvas": (canvas, lambda first, last, number, _: f"{joined(first, last)}_{number}"),
    "Moodle": (moodle, lambda first, last, number, _: f"{first} {last}_{number}"),
    "Blackboard": (blackboard, lambda *who: who[-1]),
    "Gradescope": (gradescope, lambda first, last, number, _: f"{first} {last} ({number})"),
    "Google Classroom": (classroom, lambda first, last, number, _: f"{first} {last} {number}"),
    "nbgrader": (nbgrader, lambda *who: who[-1]),
    "a plain folder": (plain, lambda *who: who[-1]),
}
