import { type IceStep, startIce, stepIce } from './ice.ts'
import { type LockStep, startLock, stepLock } from './lock.ts'
import type { Task } from './progress.ts'
import { type RecordStep, startRecord, stepRecord } from './record.ts'
import type { Context, Event, Turn } from './talk.ts'
import { startTracking, stepTracking, type TrackingStep } from './tracking.ts'
import { startWeight, stepWeight, type WeightStep } from './weight.ts'

export type Step = LockStep | TrackingStep | WeightStep | RecordStep | IceStep

export const begin = ({ step, of }: Task, context: Context): Turn<Step> => {
  switch (step) {
    case 'lock':
      return startLock(of)
    case 'tracking':
      return startTracking(of)
    case 'weight':
      return startWeight(of, context)
    case 'record':
      return startRecord(of, context)
    case 'ice':
      return startIce(of, context)
  }
}

export const advance = (step: Step, event: Event, context: Context): Turn<Step> => {
  switch (step.step) {
    case 'lock':
      return stepLock(step, event, context)
    case 'tracking':
      return stepTracking(step, event, context)
    case 'weight':
      return stepWeight(step, event, context)
    case 'record':
      return stepRecord(step, event, context)
    case 'ice':
      return stepIce(step, event, context)
  }
}
