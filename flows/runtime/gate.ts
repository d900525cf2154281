import type { Wording } from '#domain/error.ts'
import { type FlowNode, isFlowNode } from './flow.ts'

/** Why a set of flows may not run. `node` is the id of the node at fault, '' when it is the whole. */
export type FlowProblem = Wording & { readonly code: string; readonly node: string }

/** Sizes a site's flows may have: far above what people draw, far below what hurts a Pi. */
const MOST_NODES = 500
const MOST_BYTES = 512 * 1024
/** Enough for a person to act on; a hostile flow must not make a message of megabytes. */
const MOST_PROBLEMS = 20

const STRUCTURE = ['tab', 'subflow', 'group', 'comment', 'junction', 'global-config']
const COMMON = ['inject', 'debug', 'complete', 'catch', 'status', 'link in', 'link out', 'link call']
const FUNCTION = ['function', 'switch', 'change', 'range', 'template', 'delay', 'trigger', 'rbe']
const SEQUENCE = ['split', 'join', 'sort', 'batch']
const PARSERS = ['csv', 'html', 'json', 'xml', 'yaml']
const OURS = ['yaogui-agent', 'yaogui-temperature', 'yaogui-alarm', 'yaogui-ask-pharmacist']

/**
 * The node types a flow may use. An allow-list, so that what a later Node-RED adds is refused until someone
 * has thought about it. Nothing here opens a file, a socket or a process: the way out is our own nodes.
 */
export const allowedTypes: ReadonlySet<string> = new Set(
  [STRUCTURE, COMMON, FUNCTION, SEQUENCE, PARSERS, OURS].flat(),
)

const whole = (code: string, zh: string, en: string): readonly FlowProblem[] => [{ code, node: '', zh, en }]

const sizeProblems = (flows: readonly unknown[]): readonly FlowProblem[] => {
  if (flows.length > MOST_NODES)
    return whole(
      'E_FLOW_TOO_MANY',
      `节点太多：${flows.length} 个，最多 ${MOST_NODES} 个`,
      `Too many nodes: ${flows.length}, at most ${MOST_NODES}`,
    )
  const bytes = Buffer.byteLength(JSON.stringify(flows))
  if (bytes > MOST_BYTES)
    return whole(
      'E_FLOW_TOO_LARGE',
      `流程太大：${bytes} 字节，最多 ${MOST_BYTES} 字节`,
      `Flows too large: ${bytes} bytes, at most ${MOST_BYTES}`,
    )
  return []
}

const subflowInstance = 'subflow:'

const typeProblem = ({ id, type }: FlowNode, subflows: ReadonlySet<string>): readonly FlowProblem[] => {
  const known = type.startsWith(subflowInstance)
    ? subflows.has(type.slice(subflowInstance.length))
    : allowedTypes.has(type)
  if (known) return []
  const name = type.slice(0, 60)
  return [
    {
      code: 'E_FLOW_TYPE',
      node: id,
      zh: `不允许使用节点类型“${name}”`,
      en: `Node type "${name}" is not allowed`,
    },
  ]
}

const nodeProblems = (flows: readonly FlowNode[]): readonly FlowProblem[] => {
  const subflows = new Set(flows.filter(node => node.type === 'subflow').map(node => node.id))
  const seen = new Set<string>()
  return flows.flatMap(node => {
    const twice = seen.has(node.id)
    seen.add(node.id)
    const problem = {
      code: 'E_FLOW_DUPLICATE_ID',
      node: node.id,
      zh: '节点编号重复',
      en: 'Node id used twice',
    }
    return [...(twice ? [problem] : []), ...typeProblem(node, subflows)]
  })
}

/**
 * Judges flows before they are deployed. Pure; takes anything, because an escaped function node can send
 * anything. No problems: `flows` is an array of nodes with ids that are unique and types that are allowed.
 */
export const checkFlows = (flows: unknown): readonly FlowProblem[] => {
  if (!Array.isArray(flows))
    return whole('E_FLOW_SHAPE', '流程不是节点数组', 'The flows are not an array of nodes')
  const size = sizeProblems(flows)
  if (size.length > 0) return size
  if (!flows.every(isFlowNode))
    return whole('E_FLOW_SHAPE', '有节点缺少编号或类型', 'A node lacks its id or its type')
  return nodeProblems(flows).slice(0, MOST_PROBLEMS)
}

/** For the editor's red box: all problems in one text, Chinese first. */
export const problemText = (problems: readonly FlowProblem[]): string => {
  const lines = problems.map(
    ({ node, zh, en }) => `${node === '' ? '' : `[${node.slice(0, 40)}] `}${zh} / ${en}`,
  )
  return `流程未通过检查，没有部署 / Refused, nothing was deployed: ${lines.join('; ')}`
}
