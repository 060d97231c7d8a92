import { expect, it } from 'vitest'
import { play, stepContract } from './step.contract.ts'

stepContract('apply', { files: ['jobs/migrate.yaml'] }, { files: [] })

it('applies what was pinned for it, not what the files say by now', async () => {
  const { changes } = await play('apply', { files: ['jobs/migrate.yaml'] })

  expect(changes).toEqual([{ is: 'apply', manifests: 'hash of its files' }])
})
