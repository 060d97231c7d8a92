// Controllers: what turns Deployments and Services into pods and endpoints, and cleans up behind them; node and kubelet included.
export { startControllers, type ControllerOptions, type Controllers, type Pace } from './controllers.ts'
