import { chmodSync, existsSync, lstatSync, mkdirSync, rmSync } from 'node:fs'
import type { Server } from 'node:http'
import { dirname } from 'node:path'
import { host } from './failures.ts'

/**
 * Listens on a Unix socket that only its owner can reach. The caller holds the data folder's lock, so a socket that is there already
 * belongs to a host that was killed.
 */
export async function listenOn(server: Server, socket: string): Promise<void> {
  ownFolder(dirname(socket), socket)
  rmSync(socket, { force: true })
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => reject(host.SOCKET_UNUSABLE({ socket, reason: error.message }, error)))
    server.listen(socket, resolve)
  })
  // A path that is too long is cut without a word.
  if (!existsSync(socket)) throw host.SOCKET_UNUSABLE({ socket, reason: 'its path is longer than a socket may have' })
  chmodSync(socket, 0o600)
}

/** The folder keeps others out from the first moment on, also before the socket has its own mode. */
function ownFolder(folder: string, socket: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const { uid, mode } = lstatSync(folder)
  const self = process.getuid?.() ?? uid
  if (uid !== self) throw host.SOCKET_FOREIGN({ socket, reason: `it belongs to user ${uid}` })
  if ((mode & 0o022) !== 0) throw host.SOCKET_FOREIGN({ socket, reason: 'others may write to it' })
}
