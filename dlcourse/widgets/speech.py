"""What a screen reader is told of an interactive figure, which ipywidgets leaves unsaid.

ipywidgets labels a menu and a tick box, but the handle of a slider has no name; in version 7,
which Colab's page has, not even a role. No trait of a widget sets either. So the page does it,
by the words that it shows: each picture runs these lines as it arrives, after every redraw.
Where a page forbids them, the sliders work without names.
"""

import re

# Only where it stays while its content changes is a caption read out: not in that content.
NAME_CONTROLS = re.sub(
    r"\s+",
    " ",
    """
    (function name(picture, attempts) {
      const box = picture.closest('.widget-vbox');
      if (!box) return attempts && setTimeout(name, 50, picture, attempts - 1);
      for (const slider of box.querySelectorAll('.widget-slider')) {
        const label = slider.querySelector('.widget-label').textContent;
        const readout = slider.querySelector('.widget-readout');
        const say = (part, words) => Object.entries(words).forEach(
          ([attribute, value]) => part.setAttribute(attribute, value));
        say(slider.querySelector('.noUi-handle, .ui-slider-handle'), {
          'role': 'slider', 'aria-label': label, 'aria-valuetext': readout.textContent,
          'aria-valuenow': parseFloat(readout.textContent.replace('\u2212', '-'))});
        say(readout, {'role': 'textbox', 'aria-label': label});
      }
      const contents = box.querySelectorAll('.widget-html-content');
      contents[contents.length - 1].setAttribute('aria-live', 'polite');
    })(this, 100)
    """,
).strip()
