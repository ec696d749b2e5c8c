"""What a person sees of an explorer, and what a screen reader is told of it."""

MEASURED = """box => ({
    height: box.getBoundingClientRect().height,
    room: document.querySelector('.jp-WindowedPanel-outer').clientHeight,
    names: [...box.querySelectorAll('[role=slider]')].map(one => one.getAttribute('aria-label')),
    labels: [...box.querySelectorAll('.widget-slider .widget-label')].map(one => one.textContent),
    tooltips: [...box.querySelectorAll('.widget-label')]
        .filter(one => one.offsetParent).map(one => one.title),
    cut: [...box.querySelectorAll('.widget-label, .widget-readout')]
        .filter(one => one.scrollWidth > one.clientWidth).map(one => one.textContent),
    announced: [...box.querySelectorAll('[aria-live=polite]')].map(one => one.textContent.trim()),
})"""


def assert_seen_and_named(box):
    """Check one explorer: fits the window, labels whole, sliders named, caption announced."""
    box.scroll_into_view_if_needed()
    box.locator("[aria-live=polite]").wait_for()
    found = box.evaluate(MEASURED)
    assert found["height"] <= found["room"], found
    assert found["names"] == found["labels"] and "" not in found["names"]
    assert "null" not in found["tooltips"] and not found["cut"]
    assert len(found["announced"]) == 1 and len(found["announced"][0]) > 20
