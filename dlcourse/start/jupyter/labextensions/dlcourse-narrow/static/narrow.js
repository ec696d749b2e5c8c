/* On a telephone the list of files left 60 pixels for the notebook: it closes as soon as a document
 * is open, its button opens it again, and it comes back when the window widens. JupyterLab has no
 * setting for it, and would keep the closed list for the next window, which may be a desk's.
 *
 * Built like dlcourse-stay: it needs no other module. The braces keep its names to itself.
 */
{
  // The list takes 250 pixels, and a line of code needs about 450.
  const narrow = window.matchMedia('(max-width: 699px)');

  // Its buttons, for properties and a debugger, take 32 pixels of 390.
  const showRightBar = (shell, shown) => {
    if (shell.isSideTabBarVisible('right') !== shown) {
      shell.toggleSideTabBarVisibility('right');
    }
  };

  const keepForWideWindows = (shell, restored) => {
    const save = shell.saveLayout.bind(shell);
    const sides = ({ leftArea, rightArea }) => ({ leftArea, rightArea, relativeSizes: null });
    let wide = { ...sides(restored), relativeSizes: restored.relativeSizes };
    if (restored.fresh) { // nothing was kept yet: JupyterLab begins with the list
      const list = [...shell.widgets('left')].find(widget => widget.id === 'filebrowser');
      wide = sides(save());
      wide.leftArea = { ...wide.leftArea, collapsed: false, currentWidget: list };
    }
    shell.saveLayout = () => (narrow.matches ? { ...save(), ...wide } : save());
    return {
      remember: () => { wide = sides(save()); },
      bringBack: () => {
        showRightBar(shell, wide.rightArea.visible);
        if (!wide.leftArea.collapsed) { shell.expandLeft(); }
        if (!wide.rightArea.collapsed) { shell.expandRight(); }
      }
    };
  };

  const plugin = {
    id: 'dlcourse-narrow:plugin',
    description: 'On a narrow screen an open document has the room, not the list of files.',
    autoStart: true,
    activate: app => {
      const shell = app.shell;
      const makeRoom = () => {
        if (narrow.matches && shell.currentWidget) {
          shell.collapseLeft();
          shell.collapseRight();
          showRightBar(shell, false);
        }
      };
      Promise.all([shell.restored, app.restored]).then(([restored]) => {
        const { remember, bringBack } = keepForWideWindows(shell, restored);
        narrow.addEventListener('change', () => {
          if (narrow.matches) {
            remember();
            makeRoom();
          } else {
            bringBack();
          }
        });
        shell.currentChanged.connect(makeRoom);
        // At a first start JupyterLab opens the list after this.
        setTimeout(makeRoom, 0);
      });
    }
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB['dlcourse-narrow'] = {
    init: () => {},
    get: async () => () => ({ __esModule: true, default: plugin })
  };
}
