/**
 * What the page does beyond showing itself: filters, the colour switch, and unfolding for links and for paper. It makes no
 * markup and reads none but its own document; without it everything is shown.
 */
export const script = String.raw`'use strict';
(() => {
  const byId = (id) => document.getElementById(id);
  const all = (selector) => [...document.querySelectorAll(selector)];
  const form = byId('filters');
  const findings = all('.finding');
  const groups = all('.object').map((group) => ({ group, findings: [...group.querySelectorAll('.finding')] }));
  const texts = new Map();
  const textOf = (finding) => {
    let text = texts.get(finding);
    if (text === undefined) {
      const heading = finding.closest('.object').querySelector('h3');
      text = (heading.textContent + ' ' + finding.textContent).toLowerCase();
      texts.set(finding, text);
    }
    return text;
  };
  const selects = form ? [...form.querySelectorAll('select')] : [];

  function filter() {
    const words = byId('filter-text').value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = selects.filter((select) => select.value !== '').map((select) => [select.dataset.key, select.value]);
    let shown = 0;
    for (const finding of findings) {
      const fits =
        chosen.every(([key, value]) => finding.dataset[key].split(' ').includes(value)) &&
        words.every((word) => textOf(finding).includes(word));
      finding.hidden = !fits;
      if (fits) shown += 1;
    }
    for (const { group, findings } of groups) group.hidden = findings.every((finding) => finding.hidden);
    const message = shown + ' of ' + findings.length + ' findings shown';
    if (byId('matches').textContent !== message) byId('matches').textContent = message;
    document.body.classList.toggle('filtered', shown < findings.length);
  }

  function clear() {
    byId('filter-text').value = '';
    for (const select of selects) select.value = '';
    filter();
  }

  if (form) {
    form.hidden = false;
    form.addEventListener('submit', (event) => event.preventDefault());
    form.addEventListener('input', filter);
    form.addEventListener('reset', (event) => {
      event.preventDefault();
      clear();
      byId('filter-text').focus();
    });
    byId('brief').addEventListener('click', ({ currentTarget: button }) => {
      const brief = button.getAttribute('aria-pressed') !== 'true';
      button.setAttribute('aria-pressed', String(brief));
      document.body.classList.toggle('brief', brief);
    });
    for (const link of all('[data-filter]')) {
      link.addEventListener('click', (event) => {
        const select = selects.find((each) => each.dataset.key === link.dataset.filter);
        if (!select) return;
        event.preventDefault();
        byId('filter-text').value = '';
        for (const each of selects) each.value = '';
        select.value = link.dataset.value;
        filter();
        byId('findings-title').scrollIntoView();
        select.focus({ preventScroll: true });
      });
    }
    // What a browser kept of the form when the page was loaded again.
    filter();
  }

  function arrive() {
    const target = byId(location.hash.slice(1));
    if (!target || !target.closest('.object')) return;
    if (target.closest('[hidden]')) clear();
    if (!target.classList.contains('finding')) return target.scrollIntoView();
    for (const details of target.querySelectorAll('details')) details.open = true;
    target.scrollIntoView();
    target.focus({ preventScroll: true });
  }
  window.addEventListener('hashchange', arrive);
  // The same link again changes no fragment.
  document.addEventListener('click', ({ target }) => {
    const link = target.closest('a[href^="#"]');
    if (link && link.hash === location.hash) arrive();
  });
  arrive();

  const theme = byId('theme');
  const prefersDark = window.matchMedia('(prefers-color-scheme: dark)');
  const isDark = () => (document.documentElement.dataset.theme ?? (prefersDark.matches ? 'dark' : 'light')) === 'dark';
  const showTheme = () => theme.setAttribute('aria-pressed', String(isDark()));
  theme.hidden = false;
  theme.addEventListener('click', () => {
    document.documentElement.dataset.theme = isDark() ? 'light' : 'dark';
    showTheme();
  });
  prefersDark.addEventListener('change', showTheme);
  showTheme();

  let closed = [];
  window.addEventListener('beforeprint', () => {
    closed = all('details:not([open])');
    for (const details of closed) details.open = true;
  });
  window.addEventListener('afterprint', () => {
    for (const details of closed) details.open = false;
  });
})();
`;
