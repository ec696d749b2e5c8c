/* Outputs below a prediction are folded until they are run. JupyterLab shows the first line of a
 * folded output beside the three dots, a picture's alt text included: the answer. It has no setting
 * for it. The dots stay, and open the output as before.
 *
 * Built like dlcourse-stay: it needs no other module. The braces keep its names to itself.
 */
{
  const plugin = {
    id: 'dlcourse-folded:plugin',
    description: 'A folded output does not show its first line.',
    autoStart: true,
    activate: () => {
      const style = document.createElement('style');
      style.textContent = '.jp-OutputPlaceholder .jp-PlaceholderText { display: none; }';
      document.head.append(style);
    }
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB['dlcourse-folded'] = {
    init: () => {},
    get: async () => () => ({ __esModule: true, default: plugin })
  };
}
