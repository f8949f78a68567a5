// Swagger UI, and what it lacks for those who don't see the page or use no mouse.

const inSection =
  (name) =>
  (Original, { React }) =>
  (props) =>
    React.createElement('section', { 'aria-label': name }, React.createElement(Original, props));

const readable = () => ({
  wrapComponents: {
    // There is one server, this one.
    ServersContainer: () => () => null,
    // What stands above the operations is in no landmark otherwise.
    InfoContainer: inSection('About'),
    AuthorizeBtnContainer: inSection('Authorization'),
    // The name of an operation stands inside the button that opens it: a link in there could not be reached by itself.
    DeepLink:
      (_link, { React }) =>
      ({ text }) =>
        React.createElement('span', null, text),
  },
});

window.ui = SwaggerUIBundle({
  url: '/api/openapi.json',
  dom_id: '#api',
  layout: 'BaseLayout',
  presets: [SwaggerUIBundle.presets.apis],
  plugins: [readable],
  validatorUrl: null,
  deepLinking: true,
  displayRequestDuration: true,
  // Its colours are hard to read, on light and on dark.
  syntaxHighlight: false,
});

/** Headings without a gap between their levels, whatever their elements. */
const LEVELS = [
  ['.opblock-tag, .models h4, .modal-ux h3', 2],
  [
    '.modal-ux h4, .modal-ux h5, .modal-ux h6, .opblock-section-header h4, .responses-inner h4, .responses-inner h5, .opblock-section h4',
    3,
  ],
];

const label = (element, text) => {
  if (!element.labels?.length && !element.hasAttribute('aria-label')) element.setAttribute('aria-label', text);
};

const mend = () => {
  for (const [selector, level] of LEVELS) {
    for (const heading of document.querySelectorAll(selector)) heading.setAttribute('aria-level', level);
  }
  for (const field of document.querySelectorAll('#api select, #api input, #api textarea')) {
    const parameter = field.closest('tr[data-param-name]')?.dataset.paramName;
    const kind = field.classList.contains('examples-select-element') ? 'Example of ' : '';
    label(field, parameter === undefined ? 'Media type' : kind + parameter);
  }
  for (const table of document.querySelectorAll('#api .responses-table[role="region"]')) {
    const operation = table.closest('.opblock');
    const [method, path] = ['method', 'path'].map((part) => operation?.querySelector(`.opblock-summary-${part}`));
    label(table, `Responses of ${method?.textContent} ${path?.textContent}`);
  }
  for (const dialog of document.querySelectorAll('#api .modal-ux')) {
    for (const [name, value] of [
      ['role', 'dialog'],
      ['aria-modal', 'true'],
      ['aria-label', 'Authorize'],
    ])
      dialog.setAttribute(name, value);
    dialog.querySelector('.close-modal')?.setAttribute('aria-label', 'Close');
    // They say something else than what can be read on them.
    for (const button of dialog.querySelectorAll('.modal-btn')) button.removeAttribute('aria-label');
  }
  // What scrolls is reached by the keyboard.
  for (const box of document.querySelectorAll('#api pre, #api .highlight-code > *')) {
    if (box.scrollWidth > box.clientWidth || box.scrollHeight > box.clientHeight) box.tabIndex = 0;
  }
};

let waits = false;
new MutationObserver(() => {
  if (waits) return;
  waits = true;
  requestAnimationFrame(() => {
    waits = false;
    mend();
  });
}).observe(document.querySelector('#api'), { childList: true, subtree: true });
