// The list of the sandbox inbox: search, live update, keyboard; and which message is open (the fragment of the URL).
import { copy, el, json, person, shortTime, size } from './dom.js';
import { avatar, showMessage } from './message.js';

const PATH = '/api/v1/sandbox/messages';
const POLL = 2000;
const PAGE = 50;
const $ = (id) => document.getElementById(id);
const rights = {
  manage: document.body.dataset.manage === 'yes',
  send: document.body.dataset.send === 'yes',
  events: document.body.dataset.events === 'yes',
};

let messages = [];
let total = 0;
let next = null;
let newest = 0;
let words = '';
let open = null; // id of the message that is shown
let view = null;
let generation = 0; // of the list: an answer to an older question is thrown away
const rows = new Map();
const read = new Set(stored());

// ---- what has been read, by this browser

function stored() {
  try {
    return JSON.parse(localStorage.getItem('tradewind.read') ?? '[]');
  } catch {
    return [];
  }
}

function keepRead() {
  try {
    localStorage.setItem('tradewind.read', JSON.stringify([...read].slice(-20_000)));
  } catch {
    // a browser without storage forgets; nothing else depends on it
  }
}

function markRead(id, isRead) {
  if (isRead) {
    read.add(id);
  } else {
    read.delete(id);
  }
  keepRead();
  rows.get(id)?.classList.toggle('unread', !isRead);
  count();
}

// ---- the list

function query(more) {
  const parameters = new URLSearchParams({ per_page: String(PAGE), ...more });
  if (words) {
    parameters.set('q', words);
  }
  return `${PATH}?${parameters}`;
}

async function reload() {
  const mine = ++generation;
  const page = await json(query({}));
  if (mine !== generation) {
    return;
  }
  messages = page.results;
  total = page.total_count;
  next = page.links.next ?? null;
  newest = Math.max(words ? newest : 0, Number(messages[0]?.id ?? 0));
  rows.clear();
  $('items').replaceChildren(...messages.map((mail) => row(mail)));
  refresh();
}

async function older() {
  if (!next) {
    return;
  }
  const mine = generation;
  const page = await json(next);
  if (mine !== generation) {
    return;
  }
  messages.push(...page.results);
  next = page.links.next ?? null;
  $('items').append(...page.results.map((mail) => row(mail)));
  refresh();
}

async function poll() {
  const mine = generation;
  const page = await json(query({ since: String(newest), per_page: '100' }));
  live(true);
  if (mine !== generation) {
    return;
  }
  const fresh = page.results.filter((mail) => !rows.has(mail.id));
  if (page.links.next || page.total_count !== total + fresh.length) {
    await reload(); // too many at once, or some have gone
  } else if (fresh.length > 0) {
    messages.unshift(...fresh);
    total = page.total_count;
    newest = Number(fresh[0].id);
    $('items').prepend(...fresh.map((mail) => row(mail, true)));
    refresh();
  }
  if (fresh.length > 0) {
    const first = fresh[0];
    $('news').textContent =
      fresh.length === 1 ? `New mail from ${person(first.from).name}: ${first.subject || 'no subject'}` : `${fresh.length} new messages`;
  }
}

function row(mail, isNew = false) {
  const from = person(mail.from || mail.envelope.from || '(nobody)');
  const link = el(
    'a',
    {
      class: `item${read.has(mail.id) ? '' : ' unread'}${isNew ? ' arrives' : ''}`,
      href: `#/${mail.id}`,
      'aria-current': mail.id === open ? 'true' : null,
      onkeydown: (event) => {
        if (event.key === 'Enter' && mail.id === open) {
          event.preventDefault();
          view?.focus();
        }
      },
    },
    avatar(from),
    el('span', { class: 'from', dir: 'auto' }, from.name),
    el('time', { datetime: mail.received }, shortTime(mail.received)),
    el('span', { class: 'subject', dir: 'auto' }, mail.subject || '(no subject)'),
    el('span', { class: 'to' }, 'to ', el('bdi', null, mail.envelope.to), mail.preview && el('span', { class: 'preview' }, ` – ${mail.preview}`)),
    el('span', { class: 'meta' }, mail.attachments > 0 && el('span', { class: 'clip', title: `${mail.attachments} ${mail.attachments === 1 ? 'attachment' : 'attachments'}` }, `📎 ${mail.attachments}`), size(mail.size)),
    el('span', { class: 'dot', role: 'img', 'aria-label': 'Unread' }),
  );
  rows.set(mail.id, link);
  return el('li', null, link);
}

function refresh() {
  $('older').hidden = !next;
  count();
  if (total === 0 && !open) {
    $('message').replaceChildren(words ? noMatch() : lesson());
  } else if (!open) {
    $('message').replaceChildren(hint());
  }
  document.body.classList.toggle('bare', total === 0 && !words);
}

function count() {
  const unread = messages.filter((mail) => !read.has(mail.id)).length;
  const many = `${total.toLocaleString()} ${words ? 'found' : total === 1 ? 'message' : 'messages'}`;
  $('count').textContent = unread > 0 ? `${many}, ${unread}${next ? '+' : ''} unread` : many;
  $('read-all').hidden = unread === 0;
  $('delete-all').hidden = !rights.manage || total === 0 || words !== '';
  document.title = `${unread > 0 ? `(${unread}) ` : ''}Sandbox inbox – Tradewind`;
}

function live(well) {
  $('live').classList.toggle('off', !well);
  $('live').lastElementChild.textContent = well ? 'Live' : 'Reconnecting …';
}

async function pollForever() {
  if (document.visibilityState === 'visible') {
    try {
      await poll();
    } catch {
      live(false);
    }
  }
  setTimeout(pollForever, POLL);
}

// ---- the open message

async function show() {
  const id = location.hash.startsWith('#/') ? location.hash.slice(2) : '';
  rows.get(open)?.removeAttribute('aria-current');
  open = id || null;
  document.body.classList.toggle('reading', open !== null);
  view = null;
  if (!open) {
    refresh();
    return;
  }
  const link = rows.get(open);
  link?.setAttribute('aria-current', 'true');
  link?.scrollIntoView({ block: 'nearest' });
  try {
    const mail = (await json(`${PATH}/${encodeURIComponent(id)}`)).results;
    if (open !== id) {
      return;
    }
    markRead(id, true);
    view = showMessage($('message'), mail, rights, {
      remove,
      unread: () => {
        markRead(id, false);
        close();
      },
      back: close,
    });
  } catch (error) {
    if (open === id) {
      $('message').replaceChildren(
        el('div', { class: 'nothing' }, el('h2', null, 'This message cannot be shown'), el('p', { role: 'alert' }, `${error.message}.`)),
      );
    }
  }
}

function close() {
  const last = open;
  history.pushState(null, '', location.pathname);
  show();
  rows.get(last)?.focus();
}

function neighbour(step) {
  const at = messages.findIndex((mail) => mail.id === open);
  const to = at < 0 ? (step > 0 ? 0 : messages.length - 1) : at + step;
  return messages[to] ?? null;
}

function go(step) {
  const mail = neighbour(step);
  if (mail) {
    location.hash = `#/${mail.id}`;
    rows.get(mail.id)?.focus();
    if (messages.at(-1) === mail) {
      older().catch(() => live(false));
    }
  }
}

async function remove() {
  if (!open || !rights.manage) {
    return;
  }
  const id = open;
  const following = neighbour(1) ?? neighbour(-1);
  try {
    await json(`${PATH}/${encodeURIComponent(id)}`, { method: 'DELETE' });
  } catch (error) {
    if (error.status !== 404) {
      say(`The message was not deleted: ${error.message}.`);
      return;
    }
  }
  generation++;
  messages = messages.filter((mail) => mail.id !== id);
  total = Math.max(0, total - 1);
  rows.get(id)?.parentElement.remove();
  rows.delete(id);
  $('news').textContent = 'Message deleted';
  if (following && rows.has(following.id)) {
    location.hash = `#/${following.id}`;
    rows.get(following.id).focus();
    count();
  } else {
    close();
  }
}

async function removeAll() {
  try {
    await json(PATH, { method: 'DELETE' });
    history.replaceState(null, '', location.pathname);
    read.clear();
    keepRead();
    await reload();
    await show();
    $('news').textContent = 'The inbox is empty';
  } catch (error) {
    say(`The inbox was not emptied: ${error.message}.`);
  }
}

function say(text) {
  $('notice').textContent = text;
  $('notice').hidden = false;
}

// ---- nothing to show

function sample() {
  return {
    content: {
      from: { name: 'Tradewind', email: document.body.dataset.sender },
      subject: 'Hello from Tradewind 👋',
      text: 'It works: this mail was rendered, signed and delivered to the sandbox.',
      html: '<h1>It works</h1><p>This mail was rendered, signed and <b>delivered to the sandbox</b>.</p>',
    },
    recipients: [{ address: 'you@example.com' }],
  };
}

function curl() {
  const { content, recipients } = sample();
  const fields = Object.entries(content).map(([name, value]) => `    ${JSON.stringify(name)}: ${JSON.stringify(value)}`);
  const body = `{\n  "content": {\n${fields.join(',\n')}\n  },\n  "recipients": ${JSON.stringify(recipients)}\n}`.replaceAll("'", "'\\''");
  return `curl ${location.origin}/api/v1/transmissions \\\n  -H "Authorization: $TRADEWIND_KEY" \\\n  -H "Content-Type: application/json" \\\n  -d '${body}'`;
}

function lesson() {
  const line = curl();
  const button = el('button', { type: 'button', id: 'copy-curl', onclick: () => copy(button, line) }, 'Copy');
  const send = el('button', { type: 'button', class: 'primary', id: 'send-sample', onclick: () => sendSample(send) }, 'Send this mail now');
  return el(
    'div',
    { class: 'lesson' },
    el('h1', null, 'Send your first mail'),
    el('p', { class: 'lead' }, 'Whatever you send lands here, to any address. Nothing leaves this machine.'),
    el('div', { class: 'snippet' }, el('div', { class: 'toolbar' }, el('span', null, 'Paste into a terminal'), button), el('pre', { tabindex: '0' }, line)),
    el('p', { class: 'hint' }, el('code', null, 'TRADEWIND_KEY'), ' is the API key that was printed when the server first started. Waiting for mail: this page updates by itself.'),
    rights.send && el('p', null, send),
  );
}

async function sendSample(button) {
  button.disabled = true;
  try {
    await json('/api/v1/transmissions', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(sample()),
    });
    button.textContent = 'Sent: it is on its way';
  } catch (error) {
    button.disabled = false;
    say(`The mail was not sent: ${error.message}.`);
  }
}

function noMatch() {
  return el('div', { class: 'nothing' }, el('h2', null, 'Nothing found'), el('p', null, `No mail in the sandbox has “${words}” in sender, recipient, subject or the beginning of its text.`));
}

function hint() {
  return el('div', { class: 'nothing' }, el('img', { src: '/console/icon.svg', alt: '', width: '56', height: '56' }), el('h2', null, 'Choose a message'), el('p', null, 'Or press ', el('kbd', null, 'j'), ' for the newest, ', el('kbd', null, '?'), ' for all keys.'));
}

// ---- what the user does

document.addEventListener('keydown', (event) => {
  const writing = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector('dialog[open]')) {
    return;
  }
  if (writing) {
    if (event.key === 'Escape' || event.key === 'ArrowDown' || event.key === 'Enter') {
      event.target.blur();
      if (event.key === 'Escape') {
        event.target.value = '';
        search();
      } else {
        go(1);
      }
      event.preventDefault();
    }
    return;
  }
  const inPanel = event.target.closest?.('.panel') !== null && event.key.startsWith('Arrow');
  const action = inPanel
    ? undefined
    : {
        j: () => go(1),
        ArrowDown: () => go(1),
        k: () => go(-1),
        ArrowUp: () => go(-1),
        d: remove,
        u: () => open && (markRead(open, false), close()),
        '/': () => $('search').focus(),
        '?': () => $('shortcuts').showModal(),
        Escape: () => open && close(),
      }[event.key] ?? (/^[1-9]$/.test(event.key) && view ? () => view.choose(Number(event.key) - 1) : undefined);
  if (action) {
    event.preventDefault();
    action();
  }
});

let typing = 0;
function search() {
  clearTimeout(typing);
  typing = setTimeout(() => {
    words = $('search').value.trim();
    reload().catch(() => live(false));
  }, 150);
}

$('search').addEventListener('input', search);
$('older').addEventListener('click', () => older().catch(() => live(false)));
$('keys').addEventListener('click', () => $('shortcuts').showModal());
$('read-all').addEventListener('click', () => messages.forEach((mail) => markRead(mail.id, true)));
$('delete-all').addEventListener('click', () => $('confirm').showModal());
$('confirm').addEventListener('close', () => {
  if ($('confirm').returnValue === 'delete') {
    removeAll();
  }
  $('confirm').returnValue = '';
});
$('notice').addEventListener('click', () => {
  $('notice').hidden = true;
});
window.addEventListener('popstate', show); // also for a new fragment; hashchange as well would show it twice
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') {
    poll().catch(() => live(false));
  }
});

if (document.body.dataset.sandbox === 'off') {
  say('The sandbox is off: mail goes to its real recipients, and only mail that asks for the sandbox arrives here.');
}
try {
  await reload();
  live(true);
} catch {
  live(false);
}
await show();
setTimeout(pollForever, POLL);
