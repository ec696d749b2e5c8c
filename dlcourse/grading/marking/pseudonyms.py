"""Names for students whose own are hidden while a human marks: the same in every report."""

import hashlib
import hmac


def pseudonyms(students, seed):
    """Return {student: pseudonym}, which without the class's secret seed says nothing.

    >>> pseudonyms(["anna"], 1)
    {'anna': 'Student 358477'}
    """
    found = {}
    for student in sorted(students):
        key, text = str(seed).encode(), student.encode(errors="replace")
        digest = hmac.new(key, text, hashlib.sha256).hexdigest()
        length = 6
        while f"Student {digest[:length]}" in found.values():
            length += 1
        found[student] = f"Student {digest[:length]}"
    return found
