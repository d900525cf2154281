import { YaoguiError } from '#domain/error.ts'

/** The link is down or went down before the broker answered. Whatever is sent here may be sent again. */
export const linkDown = (cause?: unknown) =>
  new YaoguiError('E_LINK_DOWN', {
    zh: '与中心药房的网络连接已断开',
    en: 'the link to the centre is down',
    kind: 'transient',
    cause,
  })

export const linkBusy = () =>
  new YaoguiError('E_LINK_BUSY', {
    zh: '网络连接繁忙：待确认的消息过多',
    en: 'too many messages on the link await their PUBACK',
    kind: 'transient',
  })

/** The broker let us in but not to our own topics: a wrong county or site, or its access list is wrong. */
export const linkRefused = (cause?: unknown) =>
  new YaoguiError('E_LINK_REFUSED', {
    zh: '中心药房拒绝了本站点的订阅',
    en: 'the centre refused this site its topics',
    cause,
  })

export const messageTooLarge = (bytes: number) =>
  new YaoguiError('E_MESSAGE_SIZE', { zh: `消息过大：${bytes} 字节`, en: `message of ${bytes} bytes` })

export const linkStalled = () =>
  new YaoguiError('E_LINK_STALLED', {
    zh: '中心药房长时间没有确认，正在重新连接',
    en: 'nothing was confirmed although something is outstanding: connecting anew',
    kind: 'transient',
  })

/** Errors: E_LINK_URL. */
export const checkUrl = (url: string): void => {
  // `URL` knows which ports there are: the socket would throw at one there is not, outside of any try.
  if (!/^(mqtt|mqtts):\/\/[^/\s]+$/.test(url) || !URL.canParse(url))
    throw new YaoguiError('E_LINK_URL', {
      zh: `中心药房地址“${url}”不合规：应为 mqtt://主机:端口 或 mqtts://主机:端口`,
      en: `the centre's address "${url}" must be mqtt://host:port or mqtts://host:port`,
    })
}
