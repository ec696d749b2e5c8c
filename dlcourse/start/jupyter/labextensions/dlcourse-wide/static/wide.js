/* On a telephone JupyterLab breaks printed lines anywhere, so that no printed table can be read, and
 * cuts tables of the text off: both scroll instead.
 *
 * Built like dlcourse-stay: it needs no other module. The braces keep its names to itself.
 */
{
  const SCROLLS = `@media (max-width: 699px) {
    .jp-RenderedText pre { white-space: pre; overflow-x: auto; }
    .jp-RenderedMarkdown table { display: block; overflow-x: auto; }
  }`;

  const plugin = {
    id: 'dlcourse-wide:plugin',
    description: 'On a narrow screen printed lines and tables scroll instead of breaking.',
    autoStart: true,
    activate: () => {
      document.head.appendChild(document.createElement('style')).textContent = SCROLLS;
    }
  };

  window._JUPYTERLAB = window._JUPYTERLAB || {};
  window._JUPYTERLAB['dlcourse-wide'] = {
    init: () => {},
    get: async () => () => ({ __esModule: true, default: plugin })
  };
}
