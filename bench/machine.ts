import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

/** What a reader must know of the machine to compare. */
export function machine(): string {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GB`
  const processors = `${availableParallelism()} × ${cpus()[0]?.model ?? 'unknown processor'}`
  const load = `load ${loadavg()[0]?.toFixed(1)}`
  return [`node ${process.versions.node}`, processors, memory, load, `${process.platform}/${process.arch}`].join(', ')
}
