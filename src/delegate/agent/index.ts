// Leases tasks, runs their implementations, reports how they go and how they end. Knows nothing of clusters.
export { openAgent, type Agent, type AgentOptions } from './agent.ts'
export { implement, type Fence, type Implementation, type TaskContext } from './implementation.ts'
