"""Links of a text: each leads somewhere that exists, and a paper is named by its DOI."""

import re
from urllib.parse import unquote

import jupytext

from .lecture import FENCED, HEADING, paragraphs

# A target may hold one pair of brackets, as some DOIs do.
LINK = re.compile(r"\]\(<?((?:[^()<>\s]|\([^()\s]*\))+)>?\)")
DOI = re.compile(r"https://doi\.org/10\.\d{4,9}/[-._;()/:A-Za-z0-9]+")
ANCHOR = re.compile(r'<a id="([^"]+)"></a>')


def targets(text):
    """Return what the links of ``text`` lead to, in order."""
    return LINK.findall(re.sub(r"`[^`\n]*`", "", FENCED.sub("", text)))


def unresolved(text, place):
    """Yield a sentence for each link of ``text`` that leads nowhere.

    Parameters
    ----------
    text : Markdown
    place : Path
        The file that holds it; a notebook need not have been generated yet.
    """
    for target in targets(text):
        if re.match(r"https?://(dx\.)?doi\.org|doi:", target):
            if not DOI.fullmatch(target):
                yield f"found the link {target}; needed https://doi.org/10.NUMBER/NAME"
            continue
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = unquote(target).partition("#")
        file = (place.parent / name).resolve() if name else place.resolve()
        source = file.parent / "source" / f"{file.stem}.py"
        if not file.exists() and not (file.suffix == ".ipynb" and source.exists()):
            yield f"found the link {target}; needed a file that exists"
        elif anchor and anchor not in anchors(source if file.suffix == ".ipynb" else file):
            yield f"found the link {target}; needed a heading or <a id> of {file.name}"


def anchors(file):
    """Return the anchors of a Markdown file, or of the notebook that a source describes."""
    if file.suffix == ".py":
        cells = jupytext.read(file, fmt="py:percent").cells
        text = "\n\n".join(c.source for c in cells if c.cell_type == "markdown")
        slugs = {heading[2].replace(" ", "-") for heading in HEADING.finditer(text)}
    else:
        text = FENCED.sub("", file.read_text(encoding="utf-8"))
        slugs = {_github(heading[2]) for heading in HEADING.finditer(text)}
    return slugs | set(ANCHOR.findall(text))


def findings(lecture):
    """Yield a sentence for each link that is broken or missing."""
    place = lecture.folder / f"{lecture.name}.ipynb"
    text = "\n\n".join(c.source for c in lecture.cells if c.cell_type == "markdown")
    yield from unresolved(text, place)
    lab = f"../labs/{lecture.name}.ipynb"
    if lab not in targets(text):
        yield f"found no link to the lab; needed {lab}"
    needed = [p for p in paragraphs(lecture.opening) if p.startswith("*You need:*")]
    if not needed:
        yield "first cell: found no *You need:*; needed it, with a link to each unit"
    named = set(re.findall(r"(?<!\d)[01]\d(?![\d_])", " ".join(needed))) - {lecture.unit}
    for unit in sorted(named):
        if not any(re.match(rf"{unit}_\w+\.ipynb", t) for t in targets(" ".join(needed))):
            yield f"first cell: found unit {unit} without a link; needed one under *You need:*"
    yield from _papers(lecture)


def _papers(lecture):
    text = "\n\n".join(c.source for c in lecture.back_matter)
    if not text:
        yield "found no ## Sources; needed them, each paper with its DOI"
    listed = text.partition("<details>")[0]
    for item in re.findall(r"^- (.*(?:\n  .*)*)", listed, re.M):
        said = " ".join(item.split())
        if not any(DOI.fullmatch(t) for t in targets(said)) and "no DOI" not in said:
            yield f'sources: found "{said[:50]}"; needed https://doi.org/10. or the words "no DOI"'


def _github(heading):
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")
