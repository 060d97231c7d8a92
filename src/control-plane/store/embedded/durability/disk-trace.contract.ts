// What a process does to the files of a folder, written down: the order of changes, and which of them it had synced.
import { fstatSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** One thing that was done. A file keeps its number whatever it is called; paths are relative to the folder. */
export type Operation =
  | { readonly is: 'create'; readonly file: number; readonly path: string; readonly folder: boolean }
  | { readonly is: 'rename'; readonly from: string; readonly to: string }
  | { readonly is: 'remove'; readonly path: string }
  | { readonly is: 'resize'; readonly file: number; readonly size: number }
  /** `bytes` in base64. */
  | { readonly is: 'write'; readonly file: number; readonly position: number; readonly bytes: string }
  /** From here on the file's content, and every change of names before, outlives a loss of power. */
  | { readonly is: 'sync'; readonly file: number }
  /** The process was told that something is kept, and told it on. */
  | { readonly is: 'said'; readonly what: string }

export interface DiskTrace {
  /** Files that were there at the beginning. */
  readonly files: readonly (readonly [file: number, path: string])[]
  readonly operations: readonly Operation[]
}

interface Node {
  readonly name: string
}

interface Stream {
  readonly nfd: number | undefined
  readonly node: Node
  readonly flags: number
  readonly position: number
}

interface Attributes {
  readonly size?: number
}

/** Of Emscripten's file system for Node: what is called for names, and for one open file. */
export interface NodeFiles {
  realPath(node: Node): string
  readonly node_ops: {
    mknod(parent: Node, name: string, mode: number, dev: number): Node
    rename(node: Node, parent: Node, name: string): void
    unlink(parent: Node, name: string): void
    rmdir(parent: Node, name: string): void
    setattr(node: Node, attributes: Attributes): void
  }
  readonly stream_ops: {
    open(stream: Stream): void
    write(stream: Stream, buffer: Uint8Array, offset: number, length: number, position?: number): number
    setattr(stream: Stream, attributes: Attributes): void
    fsync?(stream: Stream): number
  }
}

/** Emscripten's flag for a file that is emptied as it is opened. */
const O_TRUNC = 512

/** Writes down from now on what is done below `root`. What the returned trace has grows with it. */
export function recordDisk(
  { realPath, node_ops: names, stream_ops: streams }: NodeFiles,
  root: string,
): DiskTrace & { said(what: string): void } {
  const operations: Operation[] = []
  const numbers = new Map<number, number>()
  let count = 0
  const numbered = (inode: number): number => {
    const number = ++count
    // The number of a removed file's inode is given to another file.
    numbers.set(inode, number)
    return number
  }
  const files = pathsBelow(root).map(path => [numbered(lstatSync(join(root, path)).ino), path] as const)
  const relative = (path: string): string => path.slice(root.length + 1)
  const at = (parent: Node, name: string): string => relative(join(realPath(parent), name))
  const ofPath = (path: string): number => numbers.get(lstatSync(path).ino) ?? 0
  const ofStream = ({ nfd }: Stream): number | undefined => (nfd === undefined ? undefined : numbers.get(fstatSync(nfd).ino))
  const { mknod, rename, unlink, rmdir, setattr } = names
  const { open, write, setattr: setStream, fsync } = streams

  names.mknod = (parent, name, mode, dev) => {
    const node = mknod(parent, name, mode, dev)
    const path = at(parent, name)
    const made = lstatSync(join(root, path))
    operations.push({ is: 'create', file: numbered(made.ino), path, folder: made.isDirectory() })
    return node
  }
  names.rename = (node, parent, name) => {
    operations.push({ is: 'rename', from: relative(realPath(node)), to: at(parent, name) })
    rename(node, parent, name)
  }
  names.unlink = (parent, name) => {
    operations.push({ is: 'remove', path: at(parent, name) })
    unlink(parent, name)
  }
  names.rmdir = (parent, name) => {
    operations.push({ is: 'remove', path: at(parent, name) })
    rmdir(parent, name)
  }
  names.setattr = (node, attributes) => {
    if (attributes.size !== undefined) operations.push({ is: 'resize', file: ofPath(realPath(node)), size: attributes.size })
    setattr(node, attributes)
  }
  streams.setattr = (stream, attributes) => {
    const file = ofStream(stream)
    if (attributes.size !== undefined && file !== undefined) operations.push({ is: 'resize', file, size: attributes.size })
    setStream(stream, attributes)
  }
  streams.open = stream => {
    open(stream)
    const file = ofStream(stream)
    if (stream.flags & O_TRUNC && file !== undefined) operations.push({ is: 'resize', file, size: 0 })
  }
  streams.write = (stream, buffer, offset, length, position) => {
    const where = position ?? stream.position
    const file = ofStream(stream)
    const written = write(stream, buffer, offset, length, position)
    const bytes = Buffer.from(buffer.subarray(offset, offset + written)).toString('base64')
    if (file !== undefined) operations.push({ is: 'write', file, position: where, bytes })
    return written
  }
  // As shipped there is none: then nothing is ever known to be on the disk.
  if (fsync)
    streams.fsync = stream => {
      const done = fsync(stream)
      const file = ofStream(stream)
      if (file !== undefined) operations.push({ is: 'sync', file })
      return done
    }
  return { files, operations, said: what => void operations.push({ is: 'said', what }) }
}

function pathsBelow(root: string): readonly string[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
}
