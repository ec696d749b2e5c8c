/* On a telephone JupyterLab breaks printed lines anywhere, so that no printed table can be read, cuts
 * tables of the text and the bars of folded cells off, and shrinks a figure until its letters are 7
 * pixels high: all of these scroll instead, or fit. A figure keeps a width at which its letters are as
 * large as the text, and one of two panels fills the window. On a desk printed lines break between
 * words.
 *
 * Built like dlcourse-stay: it needs no other module. The braces keep its names to itself.
 */
{
  const SCROLLS = `
  .jp-RenderedText pre { word-break: normal; overflow-wrap: anywhere; }
  @media (max-width: 699px) {
    .jp-RenderedText pre { white-space: pre; overflow-x: auto; }
    .jp-RenderedMarkdown table { display: block; overflow-x: auto; }
    .jp-RenderedMarkdown mjx-container[display="true"] { overflow: auto hidden; }
    .jp-RenderedMarkdown a { overflow-wrap: anywhere; }
    .jp-Placeholder-prompt { flex-basis: var(--jp-code-padding); padding: 0; }
    .jp-Placeholder-content { min-width: 0; }
    .jp-OutputArea-output img[width] { max-width: max(100%, 560px) !important; }
    .widget-vbox > .widget-html { overflow-x: auto; }
  }`;

  const plugin = {
    id: 'dlcourse-wide:plugin',
    description: 'On a narrow screen what is wide scrolls, and figures stay legible.',
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
