import { kerongBus } from '../kerong-bus.ts'
import { buildStatusQuery, buildUnlock, type LockAddress, type StatusReply } from './codec.ts'

/** All CU48 boards on one bus. */
export const createKerongBus = kerongBus<LockAddress, StatusReply>({ buildUnlock, buildStatusQuery })
