"""Names in a zip, read as they were written."""

UTF_8 = 0x800  # the flag of a name in UTF-8: APPNOTE.TXT 6.3.10, section 4.4.4


def true_name(member):
    """Return the name of ``member``, a ZipInfo.

    Without the flag of UTF-8 a name is in the code page 437 by the letter of the standard, and
    so Python reads it. macOS and many scripts write UTF-8 without the flag. A name in code
    page 437 that happens to be valid UTF-8 beyond ASCII is next to impossible: there, every
    letter beyond ASCII would have to be followed by a box, a fraction or a Greek letter.
    """
    name = member.filename
    if member.flag_bits & UTF_8 or name.isascii():
        return name
    try:
        return name.encode("cp437").decode("utf-8")
    except UnicodeError:
        return name
