import type { Config } from '#runtime';

/** Why the configured address cannot be listened on, and which variable to change; undefined for any other error. */
export function addressError(error: unknown, { host, port }: Pick<Config, 'host' | 'port'>): string | undefined {
  const { code, syscall, hostname, message } = error as NodeJS.ErrnoException & { readonly hostname?: string };
  if (syscall === 'getaddrinfo' && hostname === host)
    return `HOLDFAST_HOST is ${host}, which cannot be resolved: set an address of this machine`;
  if (syscall !== 'listen') return undefined;
  switch (code) {
    case 'EADDRINUSE':
      return (
        `HOLDFAST_PORT is ${String(port)}, but another process already listens on this port of ${host}: ` +
        'stop it or set another port (0 takes any free port)'
      );
    case 'EACCES':
      return (
        `HOLDFAST_PORT is ${String(port)}, but this user may not listen on this port: ` +
        'set a port from 1024 on or permit it'
      );
    case 'EADDRNOTAVAIL':
      return (
        `HOLDFAST_HOST is ${host}, which is no address of this machine: ` +
        'set one that is (127.0.0.1 for this machine only, 0.0.0.0 for all its networks)'
      );
    default:
      return `HOLDFAST_HOST is ${host} and HOLDFAST_PORT is ${String(port)}, where nobody can listen (${message})`;
  }
}
