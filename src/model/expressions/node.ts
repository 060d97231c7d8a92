/** An expression as the checker reads it. `at` counts characters from the start of the expression's source. */
export type Node =
  | { readonly is: 'literal'; readonly value: string | number | boolean | null; readonly whole: boolean; readonly at: number }
  | { readonly is: 'name'; readonly name: string; readonly at: number }
  | { readonly is: 'field'; readonly of: Node; readonly field: string; readonly at: number }
  | { readonly is: 'index'; readonly of: Node; readonly index: Node; readonly at: number }
  | { readonly is: 'list'; readonly items: readonly Node[]; readonly at: number }
  | { readonly is: 'object'; readonly entries: readonly { readonly key: Node; readonly value: Node }[]; readonly at: number }
  | { readonly is: 'call'; readonly name: string; readonly target?: Node; readonly args: readonly Node[]; readonly at: number }
  /** `list.map(variable, …bodies)` and its like. */
  | {
      readonly is: 'each'
      readonly macro: string
      readonly over: Node
      readonly variable: string
      readonly bodies: readonly Node[]
      readonly at: number
    }
  /** `has(x.y)` */
  | { readonly is: 'has'; readonly of: Node; readonly at: number }

/** The first loop that stands within another loop's body. */
export function loopInLoop(node: Node, inBody = false): Node | undefined {
  if (node.is === 'each') {
    if (inBody) return node
    return loopInLoop(node.over) ?? firstOf(node.bodies, body => loopInLoop(body, true))
  }
  return firstOf(children(node), each => loopInLoop(each, inBody))
}

function children(node: Exclude<Node, { is: 'each' }>): readonly Node[] {
  switch (node.is) {
    case 'literal':
    case 'name':
      return []
    case 'field':
    case 'has':
      return [node.of]
    case 'index':
      return [node.of, node.index]
    case 'list':
      return node.items
    case 'object':
      return node.entries.flatMap(({ key, value }) => [key, value])
    case 'call':
      return node.target ? [node.target, ...node.args] : node.args
  }
}

function firstOf(nodes: readonly Node[], find: (node: Node) => Node | undefined): Node | undefined {
  for (const each of nodes) {
    const found = find(each)
    if (found) return found
  }
  return undefined
}
