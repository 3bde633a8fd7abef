// What a user of nodemailer writes. Says what came of each step as one JSON object on stdout; the test judges.
'use strict';

const nodemailer = require('nodemailer');

/** Octets of every value, more than one line and one chunk of them. */
function octets(count) {
  return Buffer.from(Array.from({ length: count }, (_, i) => (i * 31 + (i >> 8)) & 255));
}

function transport(options) {
  return nodemailer.createTransport({
    host: '127.0.0.1',
    port: Number(process.env.TRADEWIND_SMTP_PORT),
    requireTLS: true,
    tls: { rejectUnauthorized: false }, // the certificate is self-made
    auth: { user: 'SMTP_Injection', pass: process.env.TRADEWIND_KEY },
    ...options
  });
}

async function using(options, work) {
  const mailer = transport(options);
  try {
    return await work(mailer);
  } finally {
    mailer.close();
  }
}

async function refusal(promise) {
  try {
    return { accepted: await promise };
  } catch (error) {
    return { code: error.code, responseCode: error.responseCode, response: error.response, command: error.command };
  }
}

async function send() {
  const full = {
    from: '"The Shop – Łódź" <shop@news.example>',
    to: 'Ada <ada@one.example>, bob@two.example',
    subject: 'Grüße: 你好 ✓ and a subject that is long enough to be folded more than once on its way through',
    text: 'Grüße!\n.\n..two dots\n',
    html: '<p>Grüße!</p><img src="cid:logo@news.example">',
    headers: {
      'X-MSYS-API': JSON.stringify({
        campaign_id: 'by-smtp',
        metadata: { order: 'B-1' },
        tags: ['smtp'],
        options: { open_tracking: false, click_tracking: false }
      })
    },
    attachments: [
      { filename: 'octets.bin', content: octets(100000) },
      { filename: 'Überblick 你.pdf', content: octets(77), contentType: 'application/pdf' },
      { filename: 'logo.png', content: octets(300), cid: 'logo@news.example' }
    ]
  };
  const eightBit =
    'From: shop@news.example\r\nTo: eight@one.example\r\nSubject: 8-bit\r\nMIME-Version: 1.0\r\n' +
    'Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\nGrüße ✓\r\n.\r\n';
  return {
    plain: await using({ authMethod: 'PLAIN' }, (mailer) => mailer.sendMail(full)),
    login: await using({ authMethod: 'LOGIN' }, (mailer) =>
      mailer.sendMail({ from: 'shop@news.example', to: 'login@one.example', subject: 'By LOGIN', text: 'x' })
    ),
    implicit: await using({ port: Number(process.env.TRADEWIND_SMTPS_PORT), secure: true }, (mailer) =>
      mailer.sendMail({ from: 'shop@news.example', to: 'implicit@one.example', subject: 'TLS at once', text: 'x' })
    ),
    international: await using({}, (mailer) =>
      mailer.sendMail({ from: 'shop@news.example', to: 'jürgen@one.example', subject: 'SMTPUTF8', text: 'x' })
    ),
    raw: await using({}, (mailer) =>
      mailer.sendMail({
        envelope: { from: 'shop@news.example', to: 'eight@one.example', use8BitMime: true },
        raw: eightBit
      })
    ),
    verify: await using({}, (mailer) => mailer.verify())
  };
}

async function pool() {
  return using({ pool: true, maxConnections: 3, maxMessages: 5 }, (mailer) =>
    Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        mailer.sendMail({ from: 'shop@news.example', to: 'pool@one.example', subject: `Mail ${i}`, text: `Number ${i}` })
      )
    )
  );
}

async function notify() {
  const mail = { from: 'sender@home.example', subject: 'To nobody', text: 'Is anybody there?' };
  const dsn = { id: 'envelope+17=x', return: 'headers', recipient: 'alias@elsewhere.example' };
  return using({}, async (mailer) => ({
    told: await mailer.sendMail({ ...mail, to: 'nobody@one.example', dsn: { ...dsn, notify: ['failure', 'delay'] } }),
    never: await mailer.sendMail({ ...mail, to: 'never@one.example', dsn: { ...dsn, notify: 'never' } }),
    success: await mailer.sendMail({ ...mail, to: 'success@one.example', dsn: { ...dsn, return: 'full', notify: 'success' } })
  }));
}

async function errors() {
  const mail = { from: 'shop@news.example', to: 'ada@one.example', subject: 'x', text: 'x' };
  return {
    wrongKey: await using({ auth: { user: 'SMTP_Injection', pass: 'wrong' } }, (m) => refusal(m.sendMail(mail))),
    wrongUser: await using({ auth: { user: 'me', pass: process.env.TRADEWIND_KEY } }, (m) => refusal(m.sendMail(mail))),
    noAuth: await using({ auth: undefined }, (m) => refusal(m.sendMail(mail))),
    plaintextAuth: await using({ requireTLS: false, ignoreTLS: true }, (m) => refusal(m.sendMail(mail))),
    badMsysApi: await using({}, (m) => refusal(m.sendMail({ ...mail, headers: { 'X-MSYS-API': '{"campaign_id":' } }))),
    longCampaign: await using({}, (m) =>
      refusal(m.sendMail({ ...mail, headers: { 'X-MSYS-API': JSON.stringify({ campaign_id: 'x'.repeat(65) }) } }))
    ),
    tooLarge: await using({}, (m) => refusal(m.sendMail({ ...mail, text: 'line of text\n'.repeat(20000) })))
  };
}

const steps = { send, pool, notify, errors };

steps[process.argv[2]]().then(
  (result) => process.stdout.write(JSON.stringify(result)),
  (error) => {
    console.error(error);
    process.exitCode = 1;
  }
);
