import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A local mail server that keeps what it is sent. */
export interface MailServer {
  /** For `SMTP_URL`. */
  url: string;
  mails: ParsedMail[];
  /** The mails to an address, oldest first. */
  to(address: string): ParsedMail[];
  stop(): Promise<void>;
}

export async function startMailServer(): Promise<MailServer> {
  const mails: ParsedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onData(stream, _session, done) {
      simpleParser(stream).then(
        (mail) => {
          mails.push(mail);
          done();
        },
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.server.address();
  if (address === null || typeof address === 'string') throw new Error('the mail server has no port');
  const addressesOf = (mail: ParsedMail): string[] =>
    [mail.to ?? []].flat().flatMap(({ value }) => value.map(({ address: one }) => one ?? ''));
  return {
    url: `smtp://127.0.0.1:${address.port}`,
    mails,
    to: (wanted) => mails.filter((mail) => addressesOf(mail).includes(wanted)),
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}
