import { Dealer } from 'zeromq';
import { decodeHeader, encodeHeader, type HeaderMap } from '../../../src/transport/protocol/header.js';

export const HELLO = { k: 'HELLO', v: [1, 1], client: 'raw/1', lang: 'test', mode: 'share', credit: 4 };

type Verb = Readonly<Record<string, unknown>> & { readonly k: string };

/** A DEALER that says what it is told and reads what comes, message by message: the protocol without our client. */
export class RawClient {
  constructor(
    endpoint: string,
    private readonly dealer = new Dealer({ linger: 0 }),
  ) {
    this.dealer.connect(endpoint);
  }

  say(header: HeaderMap): Promise<void> {
    return this.bytes(encodeHeader(header));
  }

  bytes(...frames: Buffer[]): Promise<void> {
    return this.dealer.send(frames);
  }

  /** The next message: header and payload frames. Rejects after 5 s. */
  async receive(): Promise<{ header: Verb; payload: Buffer[] }> {
    this.dealer.receiveTimeout = 5000;
    const [first, ...payload] = await this.dealer.receive();
    return { header: decodeHeader(first!) as Verb, payload };
  }

  /** Reads up to the next message of this verb; others are dropped, PING is answered. */
  async until(verb: string): Promise<Verb> {
    for (;;) {
      const { header } = await this.receive();
      if (header.k === verb) return header;
      if (header.k === 'PING') await this.say({ k: 'PONG', t: header.t });
    }
  }

  async hello(extra: HeaderMap = {}): Promise<Verb> {
    await this.say({ ...HELLO, ...extra });
    return this.until('WELCOME');
  }

  close(): void {
    this.dealer.close();
  }
}
