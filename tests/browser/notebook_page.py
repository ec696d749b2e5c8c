"""What a person does in JupyterLab: open a menu, type into a cell, drag a slider, look."""

import re


class NotebookPage:
    """One notebook in one browser tab."""

    def __init__(self, page):
        self.page = page
        self.cells = page.locator(".jp-NotebookPanel:not(.lm-mod-hidden) .jp-Cell")
        self.cells.first.wait_for()
        self.wait_until_idle()

    def wait_until_idle(self, timeout=180_000):
        """Wait until the kernel is there and has nothing left to do.

        Between two cells the status is Idle too, for a moment: it counts once it has lasted.
        """
        self.page.wait_for_function(
            """() => {
                const idle = document.querySelector('.jp-StatusBar-Widget, #jp-main-statusbar')
                    ?.textContent.includes('| Idle')
                    && ![...document.querySelectorAll('.jp-InputPrompt')]
                    .some(prompt => prompt.textContent.includes('[*]'));
                window.looksIdle = idle ? (window.looksIdle ?? 0) + 1 : 0;
                return window.looksIdle > 5;
            }""",
            timeout=timeout,
            polling=100,
        )

    def menu(self, *names):
        """Click through a menu, by the names a reader sees."""
        self.page.get_by_role("menubar").get_by_role("menuitem", name=names[0], exact=True).click()
        for name in names[1:]:
            item = self.page.get_by_role("menuitem", name=re.compile(f"^{re.escape(name)}"))
            item.first.click()

    def run_all(self):
        """Menu Run, Run All Cells."""
        self.menu("Run", "Run All Cells")
        self.page.wait_for_timeout(500)
        self.wait_until_idle()

    def read_through(self):
        """Scroll from top to end as a reader does; JupyterLab renders what comes into view."""
        self.page.evaluate(
            """async () => {
                const panel = document.querySelector('.jp-WindowedPanel-outer');
                for (let y = 0; y < panel.scrollHeight; y += 600) {
                    panel.scrollTop = y;
                    await new Promise(done => setTimeout(done, 120));
                }
                panel.scrollTop = 0;
            }"""
        )

    def steady_box(self, thing):
        """Return where ``thing`` is once it stays there: pictures above it may still arrive."""
        before, box = None, thing.bounding_box()
        while box != before:
            self.page.wait_for_timeout(400)
            before, box = box, thing.bounding_box()
        return box

    def code(self, start):
        """Return the code cell whose first line starts with ``start``."""
        pattern = re.compile(rf"^\s*{re.escape(start)}")
        editor = self.page.locator(".cm-content").filter(has_text=pattern)
        return self.cells.filter(has=editor).first

    def replace(self, cell, source):
        """Put ``source`` in place of what is in ``cell``."""
        cell.scroll_into_view_if_needed()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(source)

    def run(self, cell):
        """Click into ``cell`` and press Shift+Enter."""
        cell.scroll_into_view_if_needed()
        cell.locator(".cm-content").click()
        self.page.keyboard.press("Shift+Enter")
        self.page.wait_for_timeout(300)
        self.wait_until_idle()
