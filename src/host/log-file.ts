import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'

/** 5 MB a file, three former ones: enough to see the last weeks of a laptop, too little to fill its disk. */
const defaults = { maxBytes: 5_000_000, kept: 3 }

/** Where the log's lines go: a file that is put aside (`host.log.1` is the youngest) when it has grown too large. */
export interface LogFile {
  write(line: string): void
  close(): void
}

/** Opens a log file for appending. A full disk loses lines, never the program: the journal is what must not be lost. */
export function openLogFile(path: string, { maxBytes, kept } = defaults): LogFile {
  let file = openSync(path, 'a', 0o600)
  let size = fstatSync(file).size
  const putAside = (): void => {
    closeSync(file)
    for (let age = kept; age > 0; age--) moveIfThere(age === 1 ? path : `${path}.${age - 1}`, `${path}.${age}`)
    file = openSync(path, 'a', 0o600)
    size = 0
  }
  return {
    write(line) {
      try {
        if (size >= maxBytes) putAside()
        size += writeSync(file, line)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
      }
    },
    close: () => closeSync(file),
  }
}

function moveIfThere(from: string, to: string): void {
  try {
    renameSync(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
