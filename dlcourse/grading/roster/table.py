"""A table that a platform or a spreadsheet has written, whatever it puts between its cells."""

import codecs
import csv
import io

SEPARATORS = ",;\t"


def read_table(path, what):
    """Return (header, rows) of a CSV; each row is as long as the header.

    Parameters
    ----------
    path : the file
    what : what to call it in an error, such as "roster"

    Raises
    ------
    ValueError
        If it is no such table, or empty.
    """
    rows = [row for _, row in numbered_rows(path, what)]
    if len(rows) < 2:
        raise ValueError(f"{what}: {path} has no row of data; needed: a header and the rows")
    header, *rows = rows
    return header, rows


def numbered_rows(path, what):
    """Return [(line, row), ...] of a CSV, its header first; each row is as long as the header.

    Commas, semicolons or tabs; UTF-8 or, with its mark, UTF-16. ``line`` is where a row ends.

    Raises
    ------
    ValueError
        If it is no such table.
    """
    with open(path, "rb") as file:
        data = file.read()
    utf_16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if utf_16 else "utf-8-sig")
        line = ",".join(next(csv.reader(io.StringIO(text)), []))
        separator = max(SEPARATORS, key=line.count)
        reader = csv.reader(io.StringIO(text), delimiter=separator)
        rows = [(reader.line_num, row) for row in reader if any(row)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(
            f'{what}: {path} is no CSV in UTF-8: {error}; a spreadsheet saves it as "CSV UTF-8"'
        ) from None
    if not rows:
        return []
    (first, header), *rows = rows
    header = [name.strip() for name in header]
    width = len(header)
    return [(first, header), *((n, (row + [""] * width)[:width]) for n, row in rows)]
