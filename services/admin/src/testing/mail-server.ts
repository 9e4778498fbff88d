import { type ParsedMail, simpleParser } from 'mailparser';
import { SMTPServer } from 'smtp-server';

/** A mail server on loopback that keeps what it is given. */
export interface MailServer {
  url: string;
  port: number;
  mails: ParsedMail[];
  /** Refuses addressees that match, with this SMTP code. */
  refuse: { address: RegExp; code: number } | undefined;
  /** Mails to an address, oldest first. */
  to(address: string): ParsedMail[];
  stop(): Promise<void>;
}

export const addressees = (mail: ParsedMail): string[] =>
  [mail.to ?? []].flat().flatMap(({ value }) => value.map(({ address }) => address ?? ''));

/** @param port 0: any free one */
export async function startMailServer(port = 0): Promise<MailServer> {
  const mails: ParsedMail[] = [];
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS', 'AUTH'],
    onRcptTo: ({ address }, _session, callback) => {
      const { refuse } = running;
      if (!refuse?.address.test(address)) return callback();
      callback(Object.assign(new Error('5.1.1 no such mailbox'), { responseCode: refuse.code }));
    },
    onData: (stream, _session, callback) => {
      simpleParser(stream).then(
        (mail) => {
          mails.push(mail);
          callback();
        },
        (error: Error) => callback(error),
      );
    },
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.server.address();
  const bound = typeof address === 'object' && address ? address.port : 0;
  const running: MailServer = {
    url: `smtp://127.0.0.1:${bound}`,
    port: bound,
    mails,
    refuse: undefined,
    to: (wanted) => mails.filter((mail) => addressees(mail).includes(wanted)),
    stop: () => new Promise<void>((resolve) => server.close(resolve)),
  };
  return running;
}
