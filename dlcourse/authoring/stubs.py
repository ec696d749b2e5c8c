"""What stands in a lab where its solution was taken out."""

import re

CODE, TEXT = "raise NotImplementedError  # your code here", "*Your answer here.*"
# nbgrader's own words, where an instructor makes the lab with an unconfigured nbgrader.
NBGRADERS = "# YOUR CODE HERE\nraise NotImplementedError()", "YOUR ANSWER HERE"
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"


def stubs(source, is_code):
    """Return what a student may find in place of ``source``, a cell with its solution."""
    return [_without_solution(source, pair[not is_code]) for pair in ((CODE, TEXT), NBGRADERS)]


def _without_solution(source, stub):
    kept, inside, found = [], False, False
    for line in source.split("\n"):
        if BEGIN in line:
            indent = re.match(r"\s*", line)[0]
            kept += [indent + part for part in stub.split("\n")]
            inside = found = True
        elif END in line:
            inside = False
        elif not inside:
            kept.append(line)
    return "\n".join(kept) if found else stub
