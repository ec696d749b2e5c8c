/* After Run All the reader is where they were: JupyterLab goes to the last cell, and has no
 * setting for it.
 *
 * JupyterLab loads this file and asks for "./extension", as it asks a bundle. It needs no other
 * module, so there is nothing to build. All such files share the page's one scope: the braces keep
 * the names apart, since a second `plugin` would be an error.
 */
{
  const RUN_ALL = ['notebook:run-all-cells', 'notebook:restart-run-all'];
  const plugin = {
    id: 'dlcourse-stay:plugin',
    description: 'After Run All, the reader is where they were, not at the end.',
    autoStart: true,
    activate: app => {
      const execute = app.commands.execute.bind(app.commands);
      app.commands.execute = (id, args) => {
        const notebook = RUN_ALL.includes(id) ? app.shell.currentWidget?.content : null;
        const pages = notebook?.node?.querySelector('.jp-WindowedPanel-outer');
        if (!pages) {
          return execute(id, args);
        }
        const cell = notebook.activeCellIndex;
        const top = pages.scrollTop;
        const back = () => {
          notebook.activeCellIndex = cell;
          pages.scrollTop = top;
        };
        // A reader who moves on meanwhile is not called back.
        let moved = false;
        const move = () => { moved = true; };
        const ways = ['wheel', 'pointerdown', 'keydown'];
        ways.forEach(way => pages.addEventListener(way, move, { once: true, passive: true }));
        const running = execute(id, args);
        back();
        const ended = () => {
          ways.forEach(way => pages.removeEventListener(way, move));
          if (!moved) {
            back();
            requestAnimationFrame(back);
          }
        };
        Promise.resolve(running).then(ended, ended);
        return running;
      };
    }
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB['dlcourse-stay'] = {
    init: () => {},
    get: async () => () => ({ __esModule: true, default: plugin })
  };
}
