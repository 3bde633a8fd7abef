// What a user of the official client writes. Says what came of each step as one JSON object on stdout; the test judges.
'use strict';

const SparkPost = require('sparkpost');

const client = new SparkPost(process.env.TRADEWIND_KEY, { origin: process.env.TRADEWIND_URL });

/** Octets of every value, more than one line and one chunk of them. */
function octets(count) {
  return Buffer.from(Array.from({ length: count }, (_, i) => (i * 31 + (i >> 8)) & 255));
}

/** What an error of the client holds, or a note that there was none. */
async function refusal(promise) {
  try {
    return { accepted: await promise };
  } catch (error) {
    return { name: error.name, statusCode: error.statusCode, message: error.message, errors: error.errors };
  }
}

async function send() {
  const html = '<p>Grüße, {{name}}!</p><img src="cid:logo.png"><p>{{basket.items[1].title}} {{{basket.items[1].title}}}</p>';
  const full = await client.transmissions.send({
    campaign_id: 'spring',
    metadata: { order: 'A-17', shop: 'main' },
    substitution_data: { name: 'nobody', basket: { items: [{ title: 'Fish & Chips' }] } },
    options: { open_tracking: false, click_tracking: false },
    recipients: [
      {
        address: { email: 'ada@one.example', name: 'Ada Lovelace' },
        substitution_data: { name: 'Ada' },
        metadata: { order: 'A-18' },
        tags: ['vip', 'first']
      },
      { address: 'Bob <bob@one.example>', substitution_data: { name: 'Bøb' } }
    ],
    cc: [{ address: { email: 'carol@two.example', name: 'Carol' } }],
    bcc: [{ address: 'dan@two.example' }],
    content: {
      from: { email: 'shop@news.example', name: 'The Shop – Łódź' },
      reply_to: 'help@news.example',
      subject: 'Für {{name}}: 你好 ✓',
      headers: { 'X-Order': '{{name}}-7' },
      text: 'Grüße, {{name}}!\n.\n..two dots\n',
      html: html,
      attachments: [
        { name: 'octets.bin', type: 'application/octet-stream', data: octets(100000).toString('base64') },
        { name: 'Überblick 你.pdf', type: 'application/pdf', data: octets(77).toString('base64') }
      ],
      inline_images: [{ name: 'logo.png', type: 'image/png', data: octets(300).toString('base64') }]
    }
  });
  const raw = await client.transmissions.send({
    recipients: [{ address: 'raw@one.example', substitution_data: { name: 'Rä' } }],
    content: {
      email_rfc822:
        'From: shop@news.example\r\nTo: raw@one.example\r\nSubject: Raw {{name}}\r\nX-Own: kept\r\n' +
        'MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n' +
        'Hello {{name}}\r\n.dot\r\n'
    }
  });
  const partly = await client.transmissions.send(
    {
      recipients: [{ address: 'good@one.example' }, { address: 'not an address' }, { address: '' }],
      content: { from: 'shop@news.example', subject: 'Partly', text: 'x' }
    },
    { num_rcpt_errors: 1 }
  );
  const scheduled = await client.transmissions.send({
    campaign_id: 'later',
    description: 'in an hour',
    options: { start_time: new Date(Date.now() + 3600000).toISOString().replace('Z', '+00:00') },
    recipients: ['eve@one.example'].map((address) => ({ address })),
    content: { from: 'shop@news.example', subject: 'Later', text: 'x' }
  });
  return {
    full,
    raw,
    partly,
    scheduled,
    list: await client.transmissions.list({ campaign_id: 'later' }),
    get: JSON.parse(JSON.stringify(await client.transmissions.get(scheduled.results.id))),
    cancel: (await client.delete({ uri: `transmissions/${scheduled.results.id}` })) || 'empty'
  };
}

async function errors() {
  const content = { from: 'shop@news.example', subject: 'x', text: 'x' };
  const recipients = [{ address: 'ada@one.example' }];
  const stranger = new SparkPost('wrong', { origin: process.env.TRADEWIND_URL });
  return {
    wrongKey: await refusal(stranger.transmissions.send({ recipients, content })),
    noContent: await refusal(client.transmissions.send({ recipients })),
    noRecipients: await refusal(client.transmissions.send({ content })),
    noValidRecipient: await refusal(client.transmissions.send({ recipients: [{ address: 'nobody' }], content })),
    wrongType: await refusal(client.transmissions.send({ recipients, content: { ...content, subject: 7 } })),
    badHeader: await refusal(client.transmissions.send({ recipients, content: { ...content, headers: { Subject: 'y' } } })),
    unknownTemplate: await refusal(client.transmissions.send({ recipients, content: { template_id: 'none' } })),
    unknownTransmission: await refusal(client.transmissions.get('12345')),
    unknownDomain: await refusal(client.sendingDomains.get('nowhere.example')),
    badQuery: await refusal(client.events.searchMessage({ events: ['no_such_type'] })),
    deleteUnknown: await refusal(client.sendingDomains.delete('nowhere.example'))
  };
}

async function events() {
  const until = Date.now() + 60000;
  for (;;) {
    const found = await client.events.searchMessage({
      recipients: ['ada@one.example', 'bob@one.example', 'carol@two.example', 'dan@two.example'],
      events: ['injection', 'delivery'],
      campaigns: 'spring',
      per_page: 3
    });
    if (found.total_count >= 8 || Date.now() > until) {
      const next = found.links.next ? await client.get({ uri: found.links.next }) : {};
      return { found, next };
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function missing() {
  const calls = {
    templates: () => client.templates.list(),
    recipientLists: () => client.recipientLists.list(),
    webhooks: () => client.webhooks.list(),
    subaccounts: () => client.subaccounts.list(),
    suppressionList: () => client.suppressionList.list({}),
    inboundDomains: () => client.inboundDomains.list(),
    relayWebhooks: () => client.relayWebhooks.list(),
    messageEvents: () => client.messageEvents.search({})
  };
  const answers = {};
  for (const [name, call] of Object.entries(calls)) {
    answers[name] = await refusal(call());
  }
  return answers;
}

async function createDomains() {
  const domain = process.argv[3];
  return {
    created: await client.sendingDomains.create({ domain }),
    again: await refusal(client.sendingDomains.create({ domain })),
    unsigned: await client.sendingDomains.create({ domain: 'unproven.example' }),
    list: await client.sendingDomains.list(),
    get: await client.sendingDomains.get(domain),
    verifyUnproven: await client.sendingDomains.verify('unproven.example', { dkim_verify: true })
  };
}

async function verifyDomain() {
  const domain = process.argv[3];
  return {
    verified: await client.sendingDomains.verify(domain, { dkim_verify: true }),
    get: await client.sendingDomains.get(domain),
    sent: await client.transmissions.send({
      recipients: [{ address: 'signed@one.example' }],
      content: { from: `me@${domain}`, subject: 'Signed', text: 'Signed.' }
    }),
    deleted: (await client.sendingDomains.delete('unproven.example')) || 'empty',
    gone: await refusal(client.sendingDomains.get('unproven.example'))
  };
}

const steps = { send, errors, events, missing, createDomains, verifyDomain };

steps[process.argv[2]]().then(
  (result) => process.stdout.write(JSON.stringify(result)),
  (error) => {
    console.error(error, JSON.stringify(error.errors));
    process.exitCode = 1;
  }
);
