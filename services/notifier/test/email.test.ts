import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { FakeOutbox } from './fake-outbox.ts';
import { firing, receiver, testNotifier, until } from './notifier-kit.ts';

interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  readonly text: string;
}

interface MailServer extends AsyncDisposable {
  readonly url: string;
  readonly mails: Mail[];
}

async function mailServer(options: SMTPServerOptions = {}): Promise<MailServer> {
  const mails: Mail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    allowInsecureAuth: true,
    onAuth: ({ username }, _session, callback) => callback(null, { user: username ?? '' }),
    onData(stream, { envelope }, callback) {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('end', () => {
        const { mailFrom, rcptTo } = envelope;
        const from = mailFrom === false ? '' : mailFrom.address;
        mails.push({ from, to: rcptTo.map(({ address }) => address), text: Buffer.concat(chunks).toString() });
        callback();
      });
    },
    ...options,
  });
  server.on('error', () => {});
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.server.address() as { port: number };
  return {
    url: `smtp://user:pa55word@127.0.0.1:${port}`,
    mails,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => server.close(resolve));
    },
  };
}

test('what waits for a mailbox goes in one mail, and nothing in it becomes a header or another address', async () => {
  await using server = await mailServer();
  const outbox = new FakeOutbox();
  const desk = receiver('email', 'Desk <desk@example.com>');
  const evil = receiver('email', 'desk@example.com, all@example.com\r\nBcc: all@example.com');
  const firings = Array.from({ length: 20 }, (_, at) => firing(`AAPL crossed ${at}`));
  for (const one of firings) outbox.fire(one, [desk]);
  outbox.fire(firing(), [evil]);
  await using _running = await testNotifier(
    { outbox },
    { SMTP_URL: server.url, ALERT_MAIL_FROM: 'Tickwatch <alerts@example.com>' },
  );
  await until('it is delivered', () => outbox.rowsOf(desk).every(({ state }) => state === 'delivered'));
  const [mail] = server.mails;
  assert.equal(server.mails.length, 1);
  assert.deepEqual({ from: mail?.from, to: mail?.to }, { from: 'alerts@example.com', to: ['desk@example.com'] });
  assert.match(mail?.text ?? '', /^Subject: 20 alerts: AAPL above 230\r$/m);
  for (const { id, text } of firings) {
    assert.ok(mail?.text.includes(text), text);
    assert.ok(mail?.text.includes(id), 'the idempotency key');
  }
  const [refused] = outbox.rowsOf(evil);
  await until('the other is tried', () => refused?.attempts === 1);
  assert.equal(refused?.error, 'the address of this receiver is not one address');

  const injected = firing('AAPL fell\r\nBcc: all@example.com\r\n\r\nhello', { ruleName: 'x\r\nCc: all@example.com' });
  outbox.fire(injected, [desk]);
  await until('it is delivered', () => outbox.rowsOf(desk).at(-1)?.state === 'delivered');
  const [head = ''] = server.mails[1]?.text.split('\r\n\r\n') ?? [];
  assert.deepEqual(server.mails[1]?.to, ['desk@example.com']);
  assert.doesNotMatch(head, /^(bcc|cc):/im);
  assert.match(head, /^Subject: AAPL fell Bcc: all@example.com hello\r?$/m);
});

test('what fires soon after a mail waits for the next one', async () => {
  await using server = await mailServer();
  const outbox = new FakeOutbox();
  await using _running = await testNotifier({ outbox }, { SMTP_URL: server.url, ALERT_MAIL_EVERY_MS: '500' });
  const desk = receiver('email', 'desk@example.com');
  outbox.fire(firing('the first'), [desk]);
  await until('a mail is there', () => server.mails.length === 1);
  for (let at = 0; at < 10; at++) outbox.fire(firing(`the others, ${at}`), [desk]);
  await until('all are delivered', () => outbox.rows.every(({ state }) => state === 'delivered'));
  assert.equal(server.mails.length, 2);
});

test('a mail server that refuses is told of without what it said or is told, and tried again', async () => {
  let isWell = false;
  await using server = await mailServer({
    onAuth: ({ username, password }, _session, callback) =>
      isWell ? callback(null, { user: username ?? '' }) : callback(new Error(`not with ${username} and ${password}`)),
  });
  const outbox = new FakeOutbox();
  await using running = await testNotifier({ outbox }, { SMTP_URL: server.url });
  const desk = receiver('email', 'desk@example.com');
  outbox.fire(firing(), [desk]);
  await until('it was tried', () => outbox.rows[0]?.attempts === 1);
  assert.equal(outbox.rows[0]?.error, 'the mail server: it answered 535 (EAUTH)');
  assert.doesNotMatch(running.log(), /pa55word/);
  isWell = true;
  await until('it is delivered', () => {
    outbox.makeDue();
    return outbox.rows[0]?.state === 'delivered';
  });
});

test('without a mail server whoever looks is told why no e-mail comes', async () => {
  const outbox = new FakeOutbox();
  await using running = await testNotifier({ outbox });
  outbox.fire(firing(), [receiver('email', 'desk@example.com')]);
  await until('it was tried', () => outbox.rows[0]?.attempts === 1);
  assert.equal(outbox.rows[0]?.error, 'no mail can be sent: SMTP_URL is not set');
  assert.equal(running.notifier.readiness().mail?.detail, 'SMTP_URL is not set: receivers of e-mail get nothing');
});
