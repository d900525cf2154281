import { describe, expect, it } from 'vitest'
import { differenceOf } from '#flows/runtime/flow.ts'
import { libraryOf, lookUp, withEntry } from '#flows/runtime/library.ts'

const node = (id: string, more: object = {}) => ({ id, type: 'comment', x: 1, y: 1, ...more })

describe('the difference a deploy makes', () => {
  it('names what was added, removed and changed', () => {
    const before = [node('stays'), node('goes'), node('changes', { name: '旧' })]
    const after = [node('stays'), node('changes', { name: '新' }), node('comes')]
    expect(differenceOf(before, after)).toEqual({ added: ['comes'], removed: ['goes'], changed: ['changes'] })
  })

  it('is empty for a sheet that was only tidied', () => {
    expect(differenceOf([node('a', { name: 'n' })], [{ name: 'n', ...node('a'), x: 300, y: 40 }])).toEqual({
      added: [],
      removed: [],
      changed: [],
    })
  })
})

describe('the library of flows and functions', () => {
  const library = withEntry(
    withEntry({}, 'functions', 'fridge/warm.js', { meta: { outputs: 1 }, body: 'return msg' }),
    'functions',
    '/plain.js',
    { meta: {}, body: '1' },
  )

  it('lists a folder as Node-RED expects: folders, then entries with what is known of them', () => {
    expect(lookUp(library, 'functions', '/')).toEqual(['fridge', { fn: 'plain.js' }])
    expect(lookUp(library, 'functions', 'fridge')).toEqual([{ fn: 'warm.js', outputs: 1 }])
    expect(lookUp(library, 'flows', '/')).toEqual([])
  })

  it('gives the body of an entry', () => {
    expect(lookUp(library, 'functions', 'fridge/warm.js')).toBe('return msg')
  })

  it('keeps of a stored file only what is an entry', () => {
    expect(libraryOf({ 'functions/a': { meta: {}, body: '' }, 'functions/b': 7 })).toEqual({
      'functions/a': { meta: {}, body: '' },
    })
  })
})
