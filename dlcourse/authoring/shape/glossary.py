"""The glossary, and whether a lecture names things by their standard terms where it begins to.

An entry is one item of ``lectures/glossary.md``::

    - <a id="logit"></a>**logit** (02). The logarithm of the odds.
    - <a id="bend"></a>**bend**: our word for [activation function](#activation-function).

A house word with a condition behind it, "**bill**, where a loss is meant: our word for ...", is
ordinary English elsewhere, so nobody can look for it in a text.
"""

import re
from dataclasses import dataclass

from .links import targets

ENTRY = re.compile(
    r'^- <a id="(?P<anchor>[^"]+)"></a>\*\*(?P<term>[^*]+)\*\*'
    r"(?: \((?P<unit>\d\d)\)\. (?P<text>.+)"
    r"|(?P<condition>, .+)?: our word for \[[^]]+\]\(#(?P<standard>[^)]+)\)\.)$"
)


@dataclass(frozen=True)
class Term:
    """One entry: a term with its unit and text, or a house word with its ``standard`` anchor.

    ``certain`` is whether the house word can only mean that.
    """

    anchor: str
    term: str
    unit: str | None
    text: str
    standard: str | None
    certain: bool


def read(path):
    """Return the Terms of a glossary.

    Raises
    ------
    ValueError
        If an item has another form.
    """
    items = re.findall(r"^- .*(?:\n  .*)*", path.read_text(encoding="utf-8"), re.M)
    terms = []
    for item in (" ".join(item.split()) for item in items):
        found = ENTRY.match(item)
        if not found:
            raise ValueError(
                f'{path.name}: found "{item[:60]}"; needed - <a id="anchor"></a>**term** (unit). '
                "Text. or - ...**word**: our word for [term](#anchor)."
            )
        certain = found["standard"] is not None and found["condition"] is None
        given = (found[group] for group in ("anchor", "term", "unit", "text", "standard"))
        terms.append(Term(*given, certain))
    return tuple(terms)


def findings(lecture):
    """Yield a sentence for each term of the unit, or house word, without its link."""
    cells = [c.source for c in lecture.cells if c.cell_type == "markdown"]
    linked = [_linked(source) for source in cells]
    for term in read(lecture.folder / "glossary.md"):
        if term.unit == lecture.unit and not any(term.anchor in here for here in linked):
            yield f"found no link to glossary.md#{term.anchor}; needed one where the term is taught"
        if not term.certain:
            continue
        word = re.compile(rf"\b{re.escape(term.term)}(?:s|ed|ing)?\b", re.I)
        first = next((n for n, source in enumerate(cells) if word.search(source)), None)
        if first is not None and not any(term.standard in here for here in linked[: first + 1]):
            start = " ".join(cells[first].split())[:40]
            yield (
                f'found the house word "{term.term}" in "{start}"; needed '
                f"the standard word beside it, with a link to glossary.md#{term.standard}"
            )


def _linked(source):
    return {t.partition("#")[2] for t in targets(source) if t.startswith("glossary.md#")}
