// Elements from values, never from markup: what a mail says is always text.

/** An element. Attributes that are false, null or undefined are left out; `on…` are listeners; children are nodes or text. */
export function el(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name.startsWith('on')) {
      element.addEventListener(name.slice(2), value);
    } else if (value !== false && value !== null && value !== undefined) {
      element.setAttribute(name, value === true ? '' : value);
    }
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** Asks the API as the signed-in user; a session that has ended leads to the sign-in page. */
export async function api(path, options = {}) {
  const response = await fetch(path, {
    ...options,
    headers: { ...options.headers, 'X-Tradewind-Console': '1' },
    credentials: 'same-origin',
  });
  if (response.status === 401) {
    location.assign('/login');
    throw new Error('signed out');
  }
  return response;
}

/** JSON of the API; an error says what the API said. */
export async function json(path, options) {
  const response = await api(path, options);
  const body = response.status === 204 ? null : await response.json();
  if (!response.ok) {
    const problem = body?.errors?.[0];
    const error = new Error(problem?.description ?? problem?.message ?? `the server answered ${response.status}`);
    error.status = response.status;
    throw error;
  }
  return body;
}

export function size(octets) {
  if (octets < 1000) {
    return `${octets} B`;
  }
  const [value, unit] = octets < 1e6 ? [octets / 1e3, 'KB'] : [octets / 1e6, 'MB'];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

const TIME = new Intl.DateTimeFormat(undefined, { hour: '2-digit', minute: '2-digit' });
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const WHOLE = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });
const CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' });

/** Today's time, or the day. */
export function shortTime(iso) {
  const time = new Date(iso);
  return time.toDateString() === new Date().toDateString() ? TIME.format(time) : DAY.format(time);
}

export function longTime(iso) {
  return WHOLE.format(new Date(iso));
}

export function clockTime(iso) {
  return CLOCK.format(new Date(iso));
}

/** Name and address of a From or To field as it is shown; never more than display needs. */
export function person(field) {
  const open = field.lastIndexOf('<');
  const close = field.lastIndexOf('>');
  if (open < 0 || close < open) {
    return { name: field.trim(), address: field.trim() };
  }
  const address = field.slice(open + 1, close).trim();
  const name = field.slice(0, open).trim().replace(/^"(.*)"$/, '$1').replaceAll('\\"', '"');
  return { name: name || address, address };
}

/** Puts a text on the clipboard and says so on the button. */
export async function copy(button, text) {
  const said = button.textContent;
  try {
    await navigator.clipboard.writeText(text);
    button.textContent = 'Copied';
  } catch {
    button.textContent = 'Select and copy by hand';
  }
  setTimeout(() => {
    button.textContent = said;
  }, 1600);
}

const LINK = /https?:\/\/[^\s<>"']+[^\s<>"'.,;:!?)\]]/g;

/** Text with its web addresses as links to a tab of their own. */
export function linked(text) {
  const pieces = [];
  let done = 0;
  for (const match of text.matchAll(LINK)) {
    pieces.push(text.slice(done, match.index));
    pieces.push(el('a', { href: match[0], target: '_blank', rel: 'noopener noreferrer' }, match[0]));
    done = match.index + match[0].length;
  }
  pieces.push(text.slice(done));
  return pieces;
}
