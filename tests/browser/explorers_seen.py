"""What a person sees of an explorer, and what a screen reader is told of it."""

MEASURED = """box => ({
    height: box.getBoundingClientRect().height,
    room: document.querySelector('.jp-WindowedPanel-outer').clientHeight,
    labels: [...box.querySelectorAll('.widget-slider .widget-label')].map(one => one.textContent),
    readouts: [...box.querySelectorAll('.widget-slider .widget-readout')]
        .map(one => one.textContent),
    tooltips: [...box.querySelectorAll('.widget-label')]
        .filter(one => one.offsetParent).map(one => one.title),
    cut: [...box.querySelectorAll('.widget-label, .widget-readout')]
        .filter(one => one.scrollWidth > one.clientWidth).map(one => one.textContent),
    announced: [...box.querySelectorAll('[aria-live=polite]')].map(one => one.textContent.trim()),
})"""

NAMED = """() => [...lookedAt.querySelectorAll('.widget-slider')].every(slider =>
    slider.querySelector('[role=slider]')?.getAttribute('aria-valuetext')
        === slider.querySelector('.widget-readout').textContent)"""


def assert_seen_and_named(box):
    """Check one explorer: fits the window, labels whole, sliders named, caption announced."""
    box.scroll_into_view_if_needed()
    box.locator("[aria-live=polite]").wait_for()
    found = box.evaluate(MEASURED)
    assert found["height"] <= found["room"], found
    assert "null" not in found["tooltips"] and not found["cut"]
    assert len(found["announced"]) == 1 and len(found["announced"][0]) > 20
    assert_sliders_spoken(box, found)


def assert_sliders_spoken(box, found=None):
    """Check that Chromium's accessibility tree has each slider with its label and its readout."""
    found = found or box.evaluate(MEASURED)
    assert "" not in found["labels"]
    box.evaluate("box => { window.lookedAt = box; }")
    box.page.wait_for_function(NAMED)  # as soon as the picture has arrived
    tree = box.page.context.new_cdp_session(box.page)
    here = tree.send("Runtime.evaluate", {"expression": "lookedAt"})["result"]["objectId"]
    for _ in range(20):  # on a busy machine the tree follows the page a moment later
        asked = {"objectId": here, "role": "slider"}
        sliders = tree.send("Accessibility.queryAXTree", asked)["nodes"]
        names = [one["name"]["value"] for one in sliders]
        if names == found["labels"]:
            break
        box.page.wait_for_timeout(250)
    tree.detach()
    assert names == found["labels"]
    spoken = [{p["name"]: p["value"].get("value") for p in one["properties"]} for one in sliders]
    texts = [_text(one["valuetext"]) for one in spoken]
    # Chromium 156 sends none, of no page; that the attribute is the readout was waited for above.
    assert texts == found["readouts"] or not any(texts)


def _text(sent):
    """Return a text as it is: Chromium 150 sends a minus sign as three letters, one per byte."""
    try:
        return sent.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return sent
