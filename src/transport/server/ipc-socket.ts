import { chmod, lstat, mkdir, rm, stat } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { dirname } from 'node:path';
import { TransportError } from '../../core/errors.js';

/** True where somebody accepts connections on the socket file. */
function somebodyListens(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createConnection(path);
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
    probe.once('error', () => resolve(false));
  });
}

/**
 * Makes the place for a socket file: missing folders are created with mode 0700, a socket file that nobody listens on is
 * removed. (ZeroMQ itself would remove a living server's file without asking.)
 *
 * @throws TransportError PORT_IN_USE where a server lives there; ADDRESS_INVALID where the path is something else than a socket,
 * or the folder is another user's
 */
export async function prepareSocketPath(path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 }).catch((cause: NodeJS.ErrnoException) => {
    throw new TransportError('ADDRESS_INVALID', `ipc://${path}: the folder can't be made (${cause.message})`, {
      cause,
      details: { path },
    });
  });
  const folder = await stat(dirname(path));
  const own = process.getuid?.();
  // Whoever owns the folder could put a socket of theirs in the place of ours.
  if (own !== undefined && folder.uid !== own && folder.uid !== 0)
    throw new TransportError(
      'ADDRESS_INVALID',
      `ipc://${path}: the folder ${dirname(path)} belongs to user ${folder.uid}, not to you (${own}) or root; choose a folder of yours`,
      { details: { path, owner: folder.uid } },
    );
  const there = await lstat(path).catch(() => undefined);
  if (there === undefined) return;
  if (!there.isSocket())
    throw new TransportError('ADDRESS_INVALID', `ipc://${path}: there is a file that is not a socket; choose another path`, {
      details: { path },
    });
  if (await somebodyListens(path))
    throw new TransportError(
      'PORT_IN_USE',
      `ipc://${path}: another server listens on this socket; stop it or choose another path`,
      { details: { path } },
    );
  await rm(path, { force: true });
}

/** Lets only the owner connect (mode 0600). */
export async function restrictSocket(path: string): Promise<void> {
  await chmod(path, 0o600);
}
