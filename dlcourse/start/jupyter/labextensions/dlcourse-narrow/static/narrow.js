/* On a telephone the list of files left 60 pixels for the notebook: it closes as soon as a document
 * is open, and its button opens it again. JupyterLab has no setting for it.
 *
 * Built like dlcourse-stay: it needs no other module.
 */
const NARROW = 700; // pixels: the list takes 250, and a line of code needs about 450
const plugin = {
  id: 'dlcourse-narrow:plugin',
  description: 'On a narrow screen an open document has the room, not the list of files.',
  autoStart: true,
  activate: app => {
    const makeRoom = () => {
      if (window.innerWidth < NARROW && app.shell.currentWidget) {
        app.shell.collapseLeft();
        app.shell.collapseRight();
      }
    };
    app.restored.then(() => {
      app.shell.currentChanged.connect(makeRoom);
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
