// What every script of package.json shares: run a command, install what is missing, build what is stale.
import { spawnSync } from 'node:child_process'
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('..', import.meta.url))

/** Runs a program in the repository's folder, shows what it prints, and returns its exit code. */
export function run(program, args, options = {}) {
  const { status, error } = spawnSync(program, args, { cwd: root, stdio: 'inherit', ...options })
  if (error) throw error
  return status ?? 1
}

/** The path of a tool that npm installed. */
export const tool = name => join(root, 'node_modules', '.bin', name)

/** `npm ci`, only where the packages are not there or the lock file is newer: a fresh clone needs nothing but Node and npm. */
export function ensureInstalled() {
  // Packages behind a link belong to another folder: `npm ci` would empty that folder under everybody who uses it.
  if (lstatSync(join(root, 'node_modules'), { throwIfNoEntry: false })?.isSymbolicLink()) return
  const mark = join(root, 'node_modules', '.package-lock.json')
  if (existsSync(mark) && statSync(mark).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs - 1000) return
  console.log('installing packages (npm ci)…')
  const code = run('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'])
  if (code !== 0) process.exit(code)
}

const newest = folder =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .reduce((latest, entry) => Math.max(latest, statSync(join(entry.parentPath ?? entry.path, entry.name)).mtimeMs), 0)

/** Builds `dist/` where a source is newer than it. */
export function ensureBuilt() {
  const built = join(root, 'dist', 'cli.mjs')
  if (
    existsSync(built) &&
    statSync(built).mtimeMs > Math.max(newest(join(root, 'src')), statSync(join(root, 'tools', 'build.mjs')).mtimeMs)
  )
    return
  const code = run(process.execPath, [join(root, 'tools', 'build.mjs')])
  if (code !== 0) process.exit(code)
}
