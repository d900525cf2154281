import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { defaultFlows } from '#flows/examples/default.ts'
import { checkFlows, problemText } from '#flows/runtime/gate.ts'

const codes = (flows: unknown): readonly string[] => checkFlows(flows).map(({ code }) => code)
const node = (type: string, id = 'a') => ({ id, type, z: 'tab', wires: [] })

describe('the gate for flows', () => {
  it('lets the example of a new site and an empty sheet pass', () => {
    expect(checkFlows(defaultFlows)).toEqual([])
    expect(checkFlows([])).toEqual([])
  })

  it.each([
    'exec',
    'file',
    'file in',
    'watch',
    'tcp in',
    'tcp request',
    'udp out',
    'http in',
    'http request',
    'websocket in',
    'mqtt out',
    'tls-config',
    'unknown',
    'node-red-contrib-anything',
    'EXEC',
    'constructor',
    '',
  ])('refuses a node of type "%s" and names the node', type => {
    expect(checkFlows([node('inject', 'ok'), node(type, 'bad')])).toMatchObject([
      { code: 'E_FLOW_TYPE', node: 'bad' },
    ])
  })

  it('knows an instance of a subflow by the subflow it belongs to', () => {
    const subflow = { id: 's1', type: 'subflow', name: '提醒' }
    expect(codes([subflow, node('subflow:s1')])).toEqual([])
    expect(codes([node('subflow:s1')])).toEqual(['E_FLOW_TYPE'])
  })

  it('refuses an id used twice, since only the last of the two would have been shown', () => {
    expect(codes([node('inject'), node('debug')])).toEqual(['E_FLOW_DUPLICATE_ID'])
  })

  it('refuses too many nodes and too many bytes', () => {
    expect(codes(Array.from({ length: 501 }, (_, i) => node('comment', `n${i}`)))).toEqual([
      'E_FLOW_TOO_MANY',
    ])
    expect(codes([{ ...node('comment'), info: '药'.repeat(200_000) }])).toEqual(['E_FLOW_TOO_LARGE'])
  })

  it('reports at most twenty problems, in a text of both languages', () => {
    const problems = checkFlows(Array.from({ length: 100 }, (_, i) => node('exec', `n${i}`)))
    expect(problems).toHaveLength(20)
    expect(problemText(problems)).toMatch(
      /没有部署.*\[n0\] 不允许使用节点类型“exec” \/ Node type "exec" is not allowed/,
    )
  })

  it('judges anything without throwing, and passes nothing but nodes of allowed types', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        if (checkFlows(value).length === 0) expect(Array.isArray(value)).toBe(true)
      }),
    )
  })
})
