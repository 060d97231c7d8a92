/** The context that a sandbox's kubeconfig has. */
export const contextName = 'sluice-sandbox'

/** A kubeconfig for one server that asks for no credentials. JSON is YAML too. */
export function kubeconfigText(server: string): string {
  const name = contextName
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    // Clients that refuse plain HTTP (they would send credentials in the clear) accept it so: there are none here.
    clusters: [{ name, cluster: { server, 'insecure-skip-tls-verify': true } }],
    users: [{ name, user: {} }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  }
  return `${JSON.stringify(config, undefined, 2)}\n`
}

/** The server of a kubeconfig that a sandbox wrote; undefined for every other text. */
export function sandboxServer(text: string): string | undefined {
  const server = /"server": "(http:\/\/127\.0\.0\.1:\d+)"/.exec(text)?.[1]
  return server !== undefined && text === kubeconfigText(server) ? server : undefined
}
