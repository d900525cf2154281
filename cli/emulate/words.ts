import type { EmulatedCabinet } from '#hardware/simulated/emulate.ts'
import type { EmulatedLine } from '#hardware/simulated/emulate-line.ts'

const whereOf = ({ served }: EmulatedLine): string =>
  served.type === 'tcp' ? `${served.host}:${served.port}` : `${served.path} (${served.baudRate})`

/** For programs: where everything is. */
export const factsOf = ({ lines, silent, handPort, plan }: EmulatedCabinet, planPath: string) => ({
  plan: planPath,
  hand: `http://127.0.0.1:${handPort}`,
  lines: Object.fromEntries([...lines].map(([id, line]) => [id, { driver: line.driver, ...line.served }])),
  silent: Object.fromEntries(silent),
  w1Root: plan.w1Root,
  gpioRoot: plan.gpioRoot,
})

const LINE = '─'.repeat(72)

/** For a person: where everything is, and what to try. */
export const wordsFor = (cabinet: EmulatedCabinet, planPath: string): string => {
  const { lines, silent, handPort, plan } = cabinet
  const url = `http://127.0.0.1:${handPort}`
  const drawer = plan.drawers[0]?.id ?? 'D01'
  const line = [...lines.keys()][0] ?? 'locks'
  const post = (path: string, body?: string): string =>
    `    curl -X POST ${url}${path}${body === undefined ? '' : ` -d '${body}'`}`
  return [
    LINE,
    `  模拟药柜已就绪：${plan.drawers.length} 个抽屉 / the cabinet is there`,
    '',
    ...[...lines].map(([id, each]) => `  ${id.padEnd(12)} ${each.driver.padEnd(14)} ${whereOf(each)}`),
    ...[...silent].map(([id, why]) => `  ${id.padEnd(12)} 未模拟：${why}`),
    '',
    `  温度等传感器文件 sensor files   ${plan.w1Root}`,
    ...(plan.gpioRoot === undefined ? [] : [`  引脚 pins, as files             ${plan.gpioRoot}`]),
    `  手与故障 hand and faults        ${url}/hand  ${url}/lines`,
    `  边缘终端用这份配置 plan to use  ${planPath}`,
    '',
    '  试一试 / try:',
    `    yaogui plan check ${planPath}`,
    `    curl ${url}/hand`,
    post(`/hand/drawers/${drawer}/take`, '{"units":2}'),
    post(`/hand/drawers/${drawer}/close`),
    post(`/hand/drawers/${drawer}/faults`, '{"jammed":true}'),
    post(`/lines/${line}`, '{"slowMs":120,"corruptReplies":3}'),
    post(`/lines/${line}`, '{"unplugged":true}'),
    '  Ctrl-C 停止 / stops it.',
    LINE,
  ].join('\n')
}
