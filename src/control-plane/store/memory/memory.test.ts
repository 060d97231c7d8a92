import { VirtualClock } from '#base/index.ts'
import { storeContract } from '../store.contract.ts'
import { memoryStore } from './index.ts'

storeContract('a store in memory', async () => {
  const clock = new VirtualClock()
  return { store: memoryStore(clock), advance: milliseconds => clock.advance(milliseconds), close: async () => {} }
})
