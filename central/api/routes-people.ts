import Type from 'typebox'
import { changePin, listPeople } from '../people/people.ts'
import { endOtherSessions, login, logout } from '../people/sessions.ts'
import type { ApiDeps } from './deps.ts'
import { type Route, route } from './route.ts'
import { Done, Health, LoginAnswer, PersonEntry } from './schemas.ts'

const id = Type.String({ minLength: 1, maxLength: 64 })
const pin = Type.String({ minLength: 1, maxLength: 128 })

export const peopleRoutes = ({ db, clock, county }: ApiDeps): readonly Route[] => [
  route({
    method: 'GET',
    url: '/api/health',
    summary: '运行状态 is the centre there, and its database',
    access: 'public',
    answer: Health,
    handle: async () => {
      await db.selectFrom('settings').select('key').limit(1).execute()
      return { ok: true, county, now: clock.now().toISOString() }
    },
  }),
  route({
    method: 'GET',
    url: '/api/people',
    summary: '可登录人员 who may log in',
    access: 'public',
    answer: Type.Array(PersonEntry),
    handle: () => listPeople(db),
  }),
  route({
    method: 'POST',
    url: '/api/login',
    summary: '登录 log in; five wrong PINs lock for five minutes',
    access: 'public',
    body: Type.Object({ user: id, pin }),
    answer: LoginAnswer,
    handle: ({ body }) => login({ db, clock }, { id: body.user, pin: body.pin }),
  }),
  route({
    method: 'POST',
    url: '/api/logout',
    summary: '退出 log out',
    access: 'own',
    answer: Done,
    handle: async ({ token }) => {
      await logout(db, token)
      return { ok: true }
    },
  }),
  route({
    method: 'POST',
    url: '/api/pin',
    summary: '修改密码 change the own PIN',
    access: 'own',
    body: Type.Object({ pin, newPin: pin }),
    answer: Done,
    handle: async ({ person, token, body }) => {
      await changePin({ db, clock }, { id: person.id, ...body })
      await endOtherSessions(db, { person: person.id, token })
      return { ok: true }
    },
  }),
]
