/**
 * Where a host and its clients meet. Both sides compute it from the same facts, so nothing has to be announced:
 * the data folder is `$SLUICE_HOME`, else `sluice` in the XDG state folder; the socket lies in it.
 */
export interface Surroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  /** The home folder of the person, and the working directory (absolute paths). */
  readonly home: string
  readonly cwd: string
  /** The number of the person (0 where the system has none). */
  readonly uid: number
}

/** A socket's path must fit into `sockaddr_un`: 104 bytes on macOS, 108 on Linux, the closing zero included. */
const longestSocketPath = 103

export interface HostAddress {
  /** The data folder. */
  readonly folder: string
  /** The Unix socket: in the data folder, or, where that path is too long for a socket, in a folder of the person's own under /tmp. */
  readonly socket: string
}

export function hostAddress({ env, home, cwd, uid }: Surroundings): HostAddress {
  const named = env['SLUICE_HOME'] || `${env['XDG_STATE_HOME'] || `${home}/.local/state`}/sluice`
  const folder = (named.startsWith('/') ? named : `${cwd}/${named}`).replace(/\/+$/, '')
  const beside = `${folder}/host.sock`
  const fits = new TextEncoder().encode(beside).length <= longestSocketPath
  return { folder, socket: fits ? beside : `/tmp/sluice-${uid}-${fingerprint(folder)}/host.sock` }
}

/** FNV-1a, 32 bits: tells folders of one person apart; a clash is found by the host, which names its folder. */
function fingerprint(text: string): string {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return (hash >>> 0).toString(16).padStart(8, '0')
}
