"""A table that a platform or a spreadsheet has written, whatever it puts between its cells."""

import codecs
import csv
import io

SEPARATORS = ",;\t"


def read_table(path, what):
    """Return (header, rows) of a CSV; each row is as long as the header.

    Commas, semicolons or tabs; UTF-8 or, with its mark, UTF-16.

    Parameters
    ----------
    path : the file
    what : what to call it in an error, such as "roster"

    Raises
    ------
    ValueError
        If it is no such table, or empty.
    """
    with open(path, "rb") as file:
        data = file.read()
    utf_16 = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if utf_16 else "utf-8-sig")
        line = ",".join(next(csv.reader(io.StringIO(text)), []))
        separator = max(SEPARATORS, key=line.count)
        rows = [row for row in csv.reader(io.StringIO(text), delimiter=separator) if any(row)]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ValueError(f"{what}: {path} is no CSV in UTF-8: {error}") from None
    if len(rows) < 2:
        raise ValueError(f"{what}: {path} has no row of data; needed: a header and the rows")
    header, *rows = rows
    header = [name.strip() for name in header]
    width = len(header)
    return header, [(row + [""] * width)[:width] for row in rows]
