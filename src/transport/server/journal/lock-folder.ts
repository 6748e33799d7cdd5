import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '../../../core/errors.js';

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // It is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Keeps other processes out of a folder, by a file with this process's number. A lock whose process is gone counts for nothing.
 * Returns the way to unlock.
 *
 * @throws ConfigError CONFIG_CONFLICT naming the process that holds it
 */
export function lockFolder(folder: string): () => void {
  const path = join(folder, 'skelmix.lock');
  for (;;) {
    try {
      const fd = openSync(path, 'wx', 0o600);
      writeSync(fd, `${process.pid}\n`);
      closeSync(fd);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const pid = Number.parseInt(readFileSync(path, 'utf8'), 10);
    if (pid > 0 && lives(pid))
      throw new ConfigError(
        'CONFIG_CONFLICT',
        `${folder} is in use by process ${pid}${pid === process.pid ? ' (this one)' : ''}: stop that server, or name another folder`,
        { details: { folder, pid } },
      );
    rmSync(path, { force: true });
  }
}
