import { fdatasyncSync } from 'node:fs'
import type { PGlite } from '@electric-sql/pglite'
import { NodeFS } from '@electric-sql/pglite/nodefs'

/** Of Emscripten's file system for Node: what is called for one open file. */
interface NodeFiles {
  readonly stream_ops: { fsync?: (stream: { readonly nfd: number }) => number }
}

type Options = Awaited<ReturnType<NodeFS['init']>>['emscriptenOpts']

/** PGlite's file system with the `fsync` that it lacks: as shipped, nothing that PostgreSQL syncs ever reaches the disk. */
export class DurableNodeFS extends NodeFS {
  override async init(pg: PGlite, options: Options): Promise<{ emscriptenOpts: Options }> {
    const { emscriptenOpts } = await super.init(pg, options)
    const sync = (module: unknown): void => {
      // 0.5.16 exports it beside FS, other builds inside.
      const { NODEFS, FS } = module as { NODEFS?: NodeFiles; FS: { filesystems?: { NODEFS?: NodeFiles } } }
      const files = NODEFS ?? FS.filesystems?.NODEFS
      if (!files) throw new Error('PGlite: no NODEFS to make durable')
      files.stream_ops.fsync = stream => {
        fdatasyncSync(stream.nfd)
        return 0
      }
    }
    return { emscriptenOpts: { ...emscriptenOpts, preRun: [...(emscriptenOpts.preRun ?? []), sync] } }
  }
}

/**
 * PGlite's own parameters without `-F` (which turns fsync off), and with `fsync` as the way to sync the log: Emscripten's `fdatasync` does nothing.
 * 16 MB of buffers are enough for a journal and save 100 MB of memory; the log is kept at 64 MB by our checkpoints.
 */
export const startParams: readonly string[] = [
  '--single',
  '-O',
  '-j',
  ...Object.entries({
    search_path: 'public',
    exit_on_error: 'false',
    log_checkpoints: 'false',
    max_worker_processes: '0',
    max_parallel_workers: '0',
    max_parallel_workers_per_gather: '0',
    max_parallel_maintenance_workers: '0',
    io_method: 'sync',
    fsync: 'on',
    wal_sync_method: 'fsync',
    max_wal_size: '64MB',
    shared_buffers: '16MB',
  }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
]
