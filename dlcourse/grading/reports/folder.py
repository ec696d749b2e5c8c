"""The folder that reports are written into: ours, or none that is there already.

A file in it says that it is ours. Without that file a folder may hold anything, such as the
submissions; with it, the next grading passes the folder over.
"""

from ..submissions.files import REPORTS

SAYS = "dlcourse report writes into this folder; dlcourse grade does not read what is in it.\n"


def claim(folder):
    """Make ``folder`` if it is not there, and mark it as one of ours.

    Raises
    ------
    ValueError
        If it is a file, or holds files and was not made by us.
    """
    if folder.exists() and not folder.is_dir():
        raise ValueError(f"out: {folder} is a file; needed: a folder to write the reports into")
    folder.mkdir(parents=True, exist_ok=True)
    mark = folder / REPORTS
    if mark.exists():
        return
    if any(folder.iterdir()):
        raise ValueError(
            f"out: {folder} holds files that dlcourse report did not write, perhaps the "
            f"submissions; name another folder, such as --out {folder}-reports"
        )
    mark.write_text(SAYS, encoding="utf-8")
