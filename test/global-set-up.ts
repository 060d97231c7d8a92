import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'

/** Builds `dist/` once for all test files: whatever starts a process runs it (Node 20 strips no types). */
export function setup(): void {
  const build = fileURLToPath(new URL('../tools/ensure-built.mjs', import.meta.url))
  execFileSync(process.execPath, [build], { stdio: 'inherit' })
}
