import { Reply } from 'zeromq';
import { messageOf } from '../../core/errors.js';
import type { AllowList } from './allow-list.js';
import { keyText } from './z85.js';

/** Where ZeroMQ asks who may connect, ZeroMQ RFC 27/ZAP. */
const ADDRESS = 'inproc://zeromq.zap.01';

/** What is told of an attempt to connect. */
export type OnAttempt = (key: string, allowed: boolean) => void;

interface Domain {
  readonly list: AllowList;
  readonly onAttempt: OnAttempt;
}

const domains = new Map<string, Domain>();
let socket: Reply | undefined;
let ended: Promise<void> = Promise.resolve();

/** The answer to a request: version, request, status, words, user, metadata. */
function answerTo(frames: readonly Buffer[]): (string | Buffer)[] {
  const [version = '', request = Buffer.alloc(0), domain = '', , , mechanism = '', credentials] = frames;
  const refuse = (words: string): (string | Buffer)[] => ['1.0', request, '400', words, '', ''];
  const asked = domains.get(String(domain));
  if (String(version) !== '1.0' || String(mechanism) !== 'CURVE' || credentials?.length !== 32 || !asked)
    return refuse('not a CURVE client of a skelmix server');
  const key = keyText(credentials);
  const allowed = asked.list.roleOf(key) !== undefined;
  asked.onAttempt(key, allowed);
  return allowed ? ['1.0', request, '200', 'OK', key, ''] : refuse('key is not allowed');
}

async function serve(reply: Reply): Promise<void> {
  while (!reply.closed) {
    try {
      await reply.send(answerTo(await reply.receive()));
    } catch (error) {
      if (!reply.closed) throw new Error(`the handler of ${ADDRESS} has failed: ${messageOf(error)}`);
    }
  }
}

/**
 * Lets a list decide who may connect to the sockets of a domain. There is one handler in a process for all servers; without one
 * ZeroMQ would accept any key. Returns the way to end it, after the domain's sockets are closed.
 */
export async function guardDomain(domain: string, list: AllowList, onAttempt: OnAttempt): Promise<() => Promise<void>> {
  domains.set(domain, { list, onAttempt });
  if (!socket) {
    await ended;
    const reply = new Reply({ linger: 0 });
    socket = reply;
    await reply.bind(ADDRESS);
    ended = serve(reply);
  }
  return async () => {
    domains.delete(domain);
    if (domains.size > 0 || !socket) return;
    socket.close();
    socket = undefined;
    await ended;
  };
}
