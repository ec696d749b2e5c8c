"""Cards in the light and the dark theme: legible, marked, and their hints open without a mouse."""

import pytest

CONTRAST = """section => {
    const channels = text => text.match(/[\\d.]+/g).map(Number);
    const background = node => {
        for (; node; node = node.parentElement) {
            const [r, g, b, a = 1] = channels(getComputedStyle(node).backgroundColor);
            if (a > 0.5) return [r, g, b];
        }
        return [255, 255, 255];
    };
    const luminance = rgb => rgb.slice(0, 3).map(c => c / 255)
        .map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
        .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
    const contrast = (a, b) => {
        const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
        return (high + 0.05) / (low + 0.05);
    };
    const words = [section, ...section.querySelectorAll('strong, p, span, code, u, summary')];
    const text = words.map(node => contrast(
        channels(getComputedStyle(node).color), background(node)));
    const border = section.querySelector('section') ?? section;
    const edge = channels(getComputedStyle(border).borderLeftColor);
    return [Math.min(...text), contrast(edge, background(border.parentElement))];
}"""
WRONG = "def activation(name, x):\n    return np.tanh(x), np.tanh(x)"


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_cards_are_legible_and_hints_open_by_keyboard(open_notebook, artifacts, theme):
    lab = open_notebook("labs/lab_02_neuron.ipynb")
    lab.menu("Settings")
    for words in ("Theme", theme):
        lab.page.locator(".lm-Menu-itemLabel").get_by_text(words, exact=True).click()
    lab.page.wait_for_timeout(1000)
    lab.run_all()
    answer, check = lab.code("def activation("), lab.code("lab.check(activation)")
    lab.replace(answer, WRONG)
    lab.run(answer)
    lab.run(check)
    card = check.locator(".jp-OutputArea-output").filter(has=lab.page.locator("section")).first
    assert card.locator("code u").count() > 2
    assert "Judged: your cell [" in card.inner_text()

    hints = lab.code("lab.check(activation)").locator("summary")
    assert hints.count() == 3 and not hints.nth(1).is_visible()
    hints.first.focus()
    lab.page.keyboard.press("Space")
    hints.nth(1).wait_for()
    lab.page.keyboard.press("Tab")
    lab.page.keyboard.press("Space")
    hints.nth(2).wait_for()
    text, border = card.evaluate(CONTRAST)
    assert text >= 4.5 and border >= 3, (text, border)
    check.scroll_into_view_if_needed()
    name = theme.split()[-1].lower()
    lab.page.screenshot(path=artifacts / f"card_{name}.png")

    lab.replace(answer, "def activation(name, x:")
    lab.run(answer)
    lab.run(check)
    assert "ended in an error (SyntaxError); this is the version before it" in card.inner_text()
    lab.page.screenshot(path=artifacts / f"card_{name}_before.png")
    score = lab.code("lab.score()")
    lab.run(score)
    score.scroll_into_view_if_needed()
    lab.page.screenshot(path=artifacts / f"card_{name}_score.png")
    text, border = score.locator("section").evaluate(CONTRAST)
    assert text >= 4.5 and border >= 3, (text, border)
