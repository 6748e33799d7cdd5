import { Dealer } from 'zeromq';
import { messageOf, TransportError } from '../../core/errors.js';
import { coded } from '../../core/log-codes.js';
import type { Logger } from '../../core/logger.js';
import { type ClientMessage, decodeServerMessage, encodeClientMessage, type Received } from '../protocol/index.js';
import type { CurveKeys } from './options.js';

/** Longest that a BYE may linger after `close`, ms. */
const LINGER_MS = 500;

/** One DEALER: sends messages, hands received ones to a listener, reconnects by itself (100 ms doubling to 5 s). */
export class Wire {
  private readonly dealer: Dealer;
  private connections = 0;

  /**
   * @param onMessage gets what can be read
   * @param onBroken gets the error for a message that can't
   * @throws TransportError ADDRESS_INVALID
   */
  constructor(
    readonly endpoint: string,
    private readonly onMessage: (message: Received) => void,
    private readonly onBroken: (error: TransportError) => void,
    private readonly logger: Logger,
    curve?: CurveKeys,
  ) {
    this.dealer = new Dealer({
      // The credit bounds what can arrive, and a full queue towards a server that is away must not hold this process up.
      receiveHighWaterMark: 0,
      sendHighWaterMark: 1024,
      sendTimeout: 0,
      linger: 0,
      reconnectInterval: 100,
      reconnectMaxInterval: 5000,
      heartbeatInterval: 1000,
      heartbeatTimeout: 3000,
      heartbeatTimeToLive: 3000,
      ipv6: endpoint.startsWith('tcp://['),
      ...(curve ? { curveServerKey: curve.serverKey, curvePublicKey: curve.publicKey, curveSecretKey: curve.secretKey } : {}),
    });
    try {
      this.dealer.connect(endpoint);
    } catch (cause) {
      this.dealer.close();
      throw new TransportError('ADDRESS_INVALID', `can't connect to "${endpoint}": ${messageOf(cause)}`, { cause });
    }
    this.dealer.events.on('connect', () => {
      // A server that was restarted knows nothing of us, and says so only when spoken to.
      if (this.connections++ > 0) this.send({ k: 'PING', t: Date.now() });
    });
    void this.readAll();
  }

  send(message: ClientMessage): void {
    if (this.dealer.closed) return;
    this.dealer
      .send(encodeClientMessage(message))
      .catch((error) =>
        this.logger.warn(`${message.k} to ${this.endpoint} was not sent: ${messageOf(error)}`, coded('MESSAGE_NOT_SENT')),
      );
  }

  /** Sends BYE and closes the socket; idempotent. */
  close(reason: string): void {
    if (this.dealer.closed) return;
    this.send({ k: 'BYE', reason });
    this.dealer.linger = LINGER_MS;
    this.dealer.close();
  }

  private async readAll(): Promise<void> {
    while (!this.dealer.closed) {
      let frames: Buffer[];
      try {
        frames = await this.dealer.receive();
      } catch (error) {
        if (!this.dealer.closed)
          this.onBroken(
            new TransportError('PEER_GONE', `receiving from ${this.endpoint} failed: ${messageOf(error)}`, { cause: error }),
          );
        return;
      }
      // A message that was received while the socket closed is nobody's.
      if (this.dealer.closed) return;
      this.read(frames);
    }
  }

  private read(frames: readonly Buffer[]): void {
    let message: Received | undefined;
    try {
      message = decodeServerMessage(frames);
    } catch (error) {
      this.onBroken(error as TransportError);
      return;
    }
    if (message) this.onMessage(message);
  }
}
