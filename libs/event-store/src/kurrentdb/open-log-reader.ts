import { FollowedLog } from './followed-log.ts';

/*
 * A module of its own, for readers of the log in other threads: they load it by its URL and so need no store.
 */

/**
 * @param options.url connection string; `streamPrefix` as the store has it.
 * @param onNews is called whenever there is something to read.
 * @throws TypeError if either is missing.
 */
export function openLogReader(
  options: Readonly<Record<string, string | number>>,
  onNews: () => void,
): Promise<FollowedLog> {
  const { url, streamPrefix } = options;
  if (typeof url !== 'string' || typeof streamPrefix !== 'string') {
    throw new TypeError('a log reader needs a connection string and a stream prefix');
  }
  return FollowedLog.open(url, streamPrefix, onNews);
}
