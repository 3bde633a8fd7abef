// One message: its head, and a tab for each way to look at it.
import { api, clockTime, copy, el, json, linked, longTime, person, size } from './dom.js';

const SHOWN_SOURCE = 400_000;
const VERDICTS = {
  pass: ['good', 'Passes'],
  fail: ['bad', 'Fails'],
  policy: ['bad', 'Not acceptable'],
  neutral: ['note', 'Proves nothing'],
  temperror: ['note', 'Not known now'],
  permerror: ['bad', 'Cannot be verified'],
};
const EVENTS = {
  injection: ['Generated', 'note'],
  delivery: ['Delivered', 'good'],
  delay: ['Put off', 'warning'],
  bounce: ['Bounced', 'bad'],
  out_of_band: ['Bounced later', 'bad'],
  policy_rejection: ['Rejected by policy', 'bad'],
  generation_failure: ['Could not be generated', 'bad'],
  generation_rejection: ['Rejected when generated', 'bad'],
  spam_complaint: ['Marked as spam', 'bad'],
};

let width = 'desktop';
let chosen = 'html';

/** Shows a message in a place. `actions` has remove(), unread() and back(). */
export function showMessage(place, mail, rights, actions) {
  const base = `/api/v1/sandbox/messages/${encodeURIComponent(mail.id)}`;
  const from = person(mail.from || mail.envelope.from || '(nobody)');
  const warnings = mail.checks.filter((check) => check.level === 'warning').length;
  const bad = mail.dkim.filter((verdict) => verdict.result !== 'pass').length;
  const attached = mail.parts.length;
  const tabs = [
    mail.html !== undefined && ['html', 'HTML', () => htmlTab(mail, base, 'html')],
    mail.amp !== undefined && ['amp', 'AMP', () => htmlTab(mail, base, 'amp')],
    ['text', 'Text', () => textTab(mail)],
    ['checks', 'DKIM & checks', () => checksTab(mail), warnings + bad || null, warnings + bad ? 'warning' : ''],
    attached > 0 && ['attachments', 'Attachments', () => attachmentsTab(mail), attached, ''],
    ['events', 'Events', () => eventsTab(mail, rights)],
    ['headers', 'Headers', () => headersTab(mail)],
    ['source', 'Source', () => sourceTab(mail, base)],
  ].filter(Boolean);
  if (!tabs.some(([id]) => id === chosen)) {
    chosen = tabs[0][0];
  }

  const panel = el('div', { class: 'panel', role: 'tabpanel', id: 'panel', tabindex: '0' });
  const bar = el('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Ways to look at the message' });
  const buttons = tabs.map(([id, label, , count, tone]) =>
    el(
      'button',
      { type: 'button', role: 'tab', id: `tab-${id}`, 'aria-controls': 'panel', onclick: () => select(id) },
      label,
      count ? el('span', { class: `badge ${tone}` }, String(count)) : null,
    ),
  );
  bar.append(...buttons);
  bar.addEventListener('keydown', (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step) {
      const now = tabs.findIndex(([id]) => id === chosen);
      select(tabs[(now + step + tabs.length) % tabs.length][0]);
      buttons[tabs.findIndex(([id]) => id === chosen)].focus();
      event.preventDefault();
      event.stopPropagation();
    }
  });

  function select(id) {
    chosen = id;
    tabs.forEach(([tab], index) => {
      buttons[index].setAttribute('aria-selected', String(tab === id));
      buttons[index].tabIndex = tab === id ? 0 : -1;
    });
    panel.setAttribute('aria-labelledby', `tab-${id}`);
    panel.dataset.tab = id;
    panel.replaceChildren(tabs.find(([tab]) => tab === id)[2]());
  }

  const head = el(
    'header',
    { class: 'head' },
    el(
      'div',
      { class: 'headline' },
      el('button', { type: 'button', class: 'back', 'aria-label': 'Back to the list', onclick: actions.back }, '‹'),
      el('h1', { dir: 'auto' }, mail.subject || '(no subject)'),
      el(
        'div',
        { class: 'buttons' },
        el('button', { type: 'button', onclick: actions.unread, title: 'Mark unread (u)' }, 'Unread'),
        el('a', { class: 'button', href: `${base}/raw`, download: `message-${mail.id}.eml` }, 'Download'),
        rights.manage &&
          el('button', { type: 'button', class: 'danger', id: 'delete', onclick: actions.remove, title: 'Delete (d)' }, 'Delete'),
      ),
    ),
    el(
      'div',
      { class: 'people' },
      avatar(from),
      el(
        'div',
        { class: 'lines' },
        el('div', { class: 'sender' }, el('strong', { dir: 'auto' }, from.name), from.address !== from.name && el('span', null, from.address), dkimChip(mail)),
        el('div', { class: 'recipient' }, 'to ', el('span', { dir: 'auto' }, mail.to || mail.envelope.to), mail.cc && el('span', null, `, cc ${mail.cc}`)),
      ),
      el('div', { class: 'facts' }, el('time', { datetime: mail.received }, longTime(mail.received)), el('span', null, size(mail.size))),
    ),
    el(
      'dl',
      { class: 'envelope' },
      pair('Envelope', `${mail.envelope.from || '<>'} → ${mail.envelope.to}`),
      mail.message_id && pair('Message id', mail.message_id),
      mail.transmission_id && pair('Transmission', mail.transmission_id),
    ),
  );
  place.replaceChildren(head, bar, panel);
  select(chosen);
  return {
    choose(index) {
      if (tabs[index]) {
        select(tabs[index][0]);
      }
    },
    focus() {
      buttons[tabs.findIndex(([id]) => id === chosen)].focus();
    },
  };
}

export function avatar(who) {
  const letter = [...who.name].find((c) => /\p{L}|\p{N}/u.test(c)) ?? '?';
  let hue = 0;
  for (const c of who.address.toLowerCase()) {
    hue = (hue * 31 + c.codePointAt(0)) % 8;
  }
  return el('span', { class: `avatar hue${hue}`, 'aria-hidden': 'true' }, letter.toUpperCase());
}

function pair(name, value) {
  return el('div', null, el('dt', null, name), el('dd', null, value));
}

function dkimChip(mail) {
  if (mail.dkim.length === 0) {
    return el('span', { class: 'chip note' }, 'not signed');
  }
  const passed = mail.dkim.find((verdict) => verdict.result === 'pass');
  return passed
    ? el('span', { class: 'chip good' }, `signed by ${passed.domain}`)
    : el('span', { class: 'chip bad' }, `DKIM ${mail.dkim[0].result}`);
}

// ---- tabs

function htmlTab(mail, base, part) {
  const frame = el('iframe', {
    title: `${part.toUpperCase()} of the message`,
    sandbox: 'allow-popups allow-popups-to-escape-sandbox',
    referrerpolicy: 'no-referrer',
    src: `${base}/html?part=${part}`,
  });
  const stage = el('div', { class: `stage ${width}` }, frame);
  const widths = el('div', { class: 'segments', role: 'group', 'aria-label': 'Width' });
  for (const [id, label] of [['desktop', 'Desktop'], ['tablet', 'Tablet'], ['phone', 'Phone']]) {
    widths.append(
      el(
        'button',
        {
          type: 'button',
          'aria-pressed': String(id === width),
          onclick: (event) => {
            width = id;
            stage.className = `stage ${id}`;
            for (const button of widths.children) {
              button.setAttribute('aria-pressed', String(button === event.currentTarget));
            }
          },
        },
        label,
      ),
    );
  }
  const blocked =
    mail.remote_content > 0 &&
    el(
      'div',
      { class: 'blocked', role: 'note' },
      el('span', null, `${mail.remote_content} remote ${mail.remote_content === 1 ? 'image or style is' : 'images or styles are'} not loaded.`),
      el(
        'button',
        {
          type: 'button',
          id: 'load-remote',
          onclick: (event) => {
            frame.src = `${base}/html?part=${part}&remote=true`;
            event.currentTarget.parentElement.remove();
          },
        },
        'Load remote images',
      ),
    );
  return el(
    'div',
    { class: 'html' },
    el('div', { class: 'toolbar' }, widths, blocked),
    part === 'amp' && el('p', { class: 'hint' }, 'AMP mail is interactive in the few clients that run it; here its scripts are off, so this is its bare markup.'),
    stage,
  );
}

function textTab(mail) {
  if (mail.text === undefined) {
    return empty('No text part', 'This message has no plain text version. Readers without HTML see nothing.');
  }
  return el('pre', { class: 'text', dir: 'auto' }, linked(mail.text));
}

function headersTab(mail) {
  return el(
    'table',
    { class: 'headers' },
    el('thead', { class: 'visually-hidden' }, el('tr', null, el('th', { scope: 'col' }, 'Field'), el('th', { scope: 'col' }, 'Value'))),
    el(
      'tbody',
      null,
      mail.headers.map((field) => el('tr', null, el('th', { scope: 'row' }, field.name || '(no field)'), el('td', { dir: 'auto' }, field.value))),
    ),
  );
}

function sourceTab(mail, base) {
  const pre = el('pre', { class: 'source' }, 'Loading …');
  const button = el('button', { type: 'button', onclick: () => copy(button, pre.textContent) }, 'Copy');
  const note = el('span', { class: 'hint' }, 'As it would have gone over the wire, signatures in front.');
  load(pre, async () => {
    const response = await api(`${base}/raw`);
    if (!response.ok) {
      throw new Error('this message is no longer in the inbox');
    }
    const source = new TextDecoder('utf-8').decode(await response.arrayBuffer()).replaceAll('\r\n', '\n');
    if (source.length > SHOWN_SOURCE) {
      note.textContent = `The first ${size(SHOWN_SOURCE)} of ${size(mail.size)}; download it to see all.`;
    }
    pre.replaceChildren(source.slice(0, SHOWN_SOURCE));
  });
  return el('div', { class: 'sourcebox' }, el('div', { class: 'toolbar' }, note, button), pre);
}

function checksTab(mail) {
  const cards = mail.dkim.map((verdict) => {
    const [tone, word] = VERDICTS[verdict.result];
    const signer = verdict.domain ? `${verdict.domain}, selector ${verdict.selector ?? '?'}` : 'a signature that cannot be read';
    return card(
      tone,
      `DKIM: ${word.toLowerCase()}`,
      verdict.domain ? `Signature of ${signer}${verdict.algorithm ? ` (${verdict.algorithm}${verdict.key_bits ? `, ${verdict.key_bits} bits` : ''})` : ''}.` : `It is ${signer}.`,
      `${sentence(verdict.reason)} ${
        verdict.key_source === 'server'
          ? 'The key is one of this server, not looked up in the DNS: publish its record before you send to the world.'
          : 'The key was looked up in the DNS.'
      }`,
    );
  });
  if (cards.length === 0) {
    cards.push(card('warning', 'DKIM: not signed', 'The message carries no signature.', 'Large providers want mail signed by the domain in From. Give the sending domain a DKIM key.'));
  }
  const other = [...mail.checks].sort((a, b) => order(a) - order(b)).map((check) => card(check.level, check.title, check.text));
  const absent = card('none', 'SPF and DMARC: not checked here', 'Both depend on the address the mail is sent from and on the DNS; in the sandbox nothing is sent. They are decided at the real recipient.');
  return el(
    'div',
    { class: 'checks' },
    el('h2', null, 'Signatures'),
    el('ul', null, cards),
    el('h2', null, 'Content'),
    el('ul', null, other),
    el('h2', null, 'Elsewhere'),
    el('ul', null, absent),
  );
}

function order(check) {
  return ['warning', 'note', 'good'].indexOf(check.level);
}

function sentence(text) {
  const whole = text.charAt(0).toUpperCase() + text.slice(1);
  return whole.endsWith('.') ? whole : `${whole}.`;
}

function card(tone, title, ...lines) {
  const words = { good: 'Good', bad: 'Problem', warning: 'Warning', note: 'Note', none: 'Not checked' };
  return el(
    'li',
    { class: `check ${tone}` },
    el('span', { class: 'sign', role: 'img', 'aria-label': words[tone] }, { good: '✓', bad: '✕', warning: '!', note: 'i', none: '–' }[tone]),
    el('div', null, el('h3', null, title), lines.map((line) => el('p', null, line))),
  );
}

function attachmentsTab(mail) {
  return el(
    'ul',
    { class: 'files' },
    mail.parts.map((part) =>
      el(
        'li',
        null,
        /^image\/(png|jpeg|gif|webp)$/.test(part.type)
          ? el('img', { src: part.href, alt: '', loading: 'lazy' })
          : el('span', { class: 'kind', 'aria-hidden': 'true' }, kind(part.name)),
        el(
          'div',
          null,
          el('a', { href: part.href, download: part.name, dir: 'auto' }, part.name),
          el('span', null, `${part.type} · ${size(part.size)}${part.inline ? ' · shown in the HTML' : ''}`),
        ),
      ),
    ),
  );
}

function kind(name) {
  const dot = name.lastIndexOf('.');
  const end = dot < 0 ? '' : name.slice(dot + 1);
  return /^[a-z0-9]{1,4}$/i.test(end) ? end.toUpperCase() : 'FILE';
}

function eventsTab(mail, rights) {
  if (!mail.message_id) {
    return empty('No events', 'This mail belongs to no transmission of this server, so nothing is recorded about it.');
  }
  if (!rights.events) {
    return empty('No right to see events', 'Your key lacks the grant message_events/view.');
  }
  const place = el('div', { class: 'events' }, el('p', { class: 'hint' }, 'Loading …'));
  load(place, async () => {
    const from = new Date(Date.parse(mail.received) - 15 * 86_400_000).toISOString();
    const found = await json(`/api/v1/events/message?messages=${mail.message_id}&from=${from}&per_page=100`);
    const events = found.results.sort((a, b) => Date.parse(a.timestamp) - Date.parse(b.timestamp));
    if (events.length === 0) {
      const again = el('button', { type: 'button', onclick: () => place.replaceChildren(eventsTab(mail, rights)) }, 'Look again');
      place.replaceChildren(empty('No events yet', 'They appear within a second of happening.', again));
      return;
    }
    place.replaceChildren(el('ol', { class: 'timeline' }, events.map(eventItem)));
  });
  return place;
}

function eventItem(event) {
  const [label, tone] = EVENTS[event.type] ?? [event.type, 'note'];
  const facts = [
    event.reason || event.raw_reason,
    event.ip_address && `host ${event.ip_address}`,
    event.routing_domain && `domain ${event.routing_domain}`,
    event.queue_time !== undefined && `${event.queue_time} ms in the queue`,
    event.num_retries > 0 && `${event.num_retries} retries`,
  ].filter(Boolean);
  return el(
    'li',
    { class: tone },
    el('div', { class: 'what' }, el('strong', null, label), el('code', null, event.type), el('time', { datetime: event.timestamp }, clockTime(event.timestamp))),
    facts.length > 0 && el('p', null, facts.join(' · ')),
    el('details', null, el('summary', null, 'All fields'), el('pre', null, JSON.stringify(event, null, 2))),
  );
}

function empty(title, text, ...more) {
  return el('div', { class: 'nothing' }, el('h2', null, title), el('p', null, text), more);
}

async function load(place, work) {
  try {
    await work();
  } catch (error) {
    place.replaceChildren(el('p', { class: 'problem', role: 'alert' }, `Cannot be shown: ${error.message}.`));
  }
}
